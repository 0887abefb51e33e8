/**
 * The state of a matter after the developments folded at an instant. They come as runs that follow each
 * other in fold order, so that what is background and what stands over it need not be read again when one
 * of them changes.
 */
import { anomalies } from './anomalies.js';
import { quarrellingClaims } from './claims.js';
import { alternatives, placeAbout, statesNumber, type Statement } from './contested.js';
import { isApproximate, type Quantity } from './development.js';
import type { Item } from './item.js';
import { phaseOf, type KindTable } from './kinds.js';
import { levelOf, namesOf, trailOf } from './levels.js';
import type { Run } from './run.js';
import { spellAttribution, spellPlaces } from './spelling.js';
import type { Contested, QuantityAlternative, SlotState } from './state.js';

/** The state after all runs; there is at least one. */
export function stateOf(runs: readonly Run[], kinds: KindTable): SlotState {
  const { item } = runs.at(-1)!;
  const at = runs.findLastIndex((run) => run.last !== null);
  if (at < 0) return notesAlone(item);
  const last = runs[at]!.last!;
  const previous = runs[at]!.previous ?? latest(runs.slice(0, at), 'last');
  const kind = kinds.get(item.kind);
  const names = namesOf(runs);
  const { content } = last;
  return {
    kind: item.kind,
    phase: last.phase,
    open: !(kind && phaseOf(kind, last.phase)?.closed),
    certainFrom: last.bounds.latest,
    approximate: isApproximate(content.occurred),
    title: content.title,
    actors: latest(runs, 'actors') ?? [],
    recipients: latest(runs, 'recipients') ?? [],
    places: spellPlaces(latest(runs, 'places') ?? []),
    quantities: names.map((of) => levelOf(of, runs)!),
    contested: quarrels(names, item, runs),
    attribution: spellAttribution(content.attribution),
    assertion: content.assertion,
    verification: last.verification,
    anomalies: anomalies(last, previous, runs, kinds),
    lastDevelopment: last.id,
  };
}

/** A matter of which there are only plans, suppositions and denials. */
function notesAlone(item: Item): SlotState {
  return {
    kind: item.kind,
    phase: null,
    open: true,
    certainFrom: item.bounds.latest,
    approximate: false,
    title: null,
    actors: [],
    recipients: [],
    places: [],
    quantities: [],
    contested: [],
    attribution: null,
    assertion: null,
    verification: 'unverified',
    anomalies: [],
    lastDevelopment: null,
  };
}

/** The part that the last run has which has it at all. */
function latest<P extends 'last' | 'actors' | 'recipients' | 'places'>(
  runs: readonly Run[],
  part: P,
): Run[P] | null {
  for (let at = runs.length - 1; at >= 0; at--) {
    const found = runs[at]![part];
    if (found !== null) return found;
  }
  return null;
}

/** Quantities in the order of their names, then claims. */
function quarrels(names: readonly string[], item: Item, runs: readonly Run[]): Contested[] {
  const found: Contested[] = [];
  for (const of of names) {
    const rivals = contestedQuantity(of, runs);
    if (rivals.length > 0) found.push({ of, alternatives: rivals });
  }
  const claims = item.kind === 'claim' ? quarrellingClaims(runs.map((run) => run.claims)) : [];
  if (claims.length > 0) found.push({ claim: item.content.matter, alternatives: claims });
  return found;
}

function contestedQuantity(of: string, runs: readonly Run[]): QuantityAlternative[] {
  let at = runs.length - 1;
  while (trailOf(of, runs[at]!) === null) at--;
  const { item, quantity } = trailOf(of, runs[at]!)!;
  if (!statesNumber(quantity)) return [];
  const earlier: (Statement | null)[] = [];
  const newest = statementOf(item.content.type, quantity, runs[at]!)!;
  while (--at >= 0) earlier.push(statementOf(item.content.type, quantity, runs[at]!));
  return alternatives(newest, earlier);
}

function statementOf(type: string, quantity: Quantity, { statements }: Run): Statement | null {
  const at = placeAbout(type, quantity, statements);
  return at < 0 ? null : statements[at]!;
}
