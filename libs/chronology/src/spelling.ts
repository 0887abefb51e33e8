/**
 * One spelling for what a state repeats from a development: JSON has no order of keys, and a development has another
 * in the request that brought it than in the ledger's bytes. States are compared and served as text, so whoever
 * folds them, from whichever of the two, must come to the same text.
 */
import type { Attribution, Place, WorldContent } from './development.js';

export function spellOut(content: WorldContent): WorldContent {
  const attribution = Array.isArray(content.attribution)
    ? content.attribution.map(attributionInOrder)
    : attributionInOrder(content.attribution);
  if (!content.places) return { ...content, attribution };
  return { ...content, attribution, places: content.places.map(placeInOrder) };
}

function attributionInOrder({ by, via, record }: Attribution): Attribution {
  return via === undefined ? { by, record } : { by, via, record };
}

function placeInOrder({ ref, precision }: Place): Place {
  return { ref, precision };
}
