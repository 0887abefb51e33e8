/**
 * One spelling for what a state repeats from a development: JSON has no order of keys, and a development has another
 * in the request that brought it than in the ledger's bytes. States are compared and served as text, so whoever
 * folds them, from whichever of the two, must come to the same text. It is spelled where a state is made, not where
 * a development is read: a replay reads thousands for each state, and copying them cost it a fifth of its time.
 */
import type { Attribution, Place } from './development.js';

export function spellAttribution(attribution: Attribution | Attribution[]): Attribution | Attribution[] {
  return Array.isArray(attribution) ? attribution.map(attributionInOrder) : attributionInOrder(attribution);
}

export function spellPlaces(places: readonly Place[]): Place[] {
  return places.map(({ ref, precision }) => ({ ref, precision }));
}

function attributionInOrder({ by, via, record }: Attribution): Attribution {
  return via === undefined ? { by, record } : { by, via, record };
}
