/**
 * The state of a matter after the developments folded at an instant. They come as runs that follow each
 * other in fold order, so that what is background and what stands over it need not be read again when one
 * of them changes.
 */
import { deltaAnomalies, phaseAnomalies } from './anomalies.js';
import { quarrellingClaims } from './claims.js';
import { alternatives, isAbout, statesNumber } from './contested.js';
import { isApproximate } from './development.js';
import type { Item } from './item.js';
import { phaseOf, type KindTable } from './kinds.js';
import { levelOf, namesOf, trailOf } from './levels.js';
import type { Run } from './run.js';
import type { Contested, SlotState } from './state.js';

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
    places: latest(runs, 'places') ?? [],
    quantities: names.map((of) => levelOf(of, runs)!),
    contested: [...contestedQuantities(names, runs), ...contestedClaims(item, runs)],
    attribution: content.attribution,
    assertion: content.assertion,
    verification: last.verification,
    anomalies: [...phaseAnomalies(last, previous, kinds), ...deltaAnomalies(last, runs)],
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

function contestedQuantities(names: string[], runs: readonly Run[]): Contested[] {
  const quarrels: Contested[] = [];
  for (const of of names) {
    const at = runs.findLastIndex((run) => trailOf(of, run) !== null);
    const { item, quantity } = trailOf(of, runs[at]!)!;
    if (!statesNumber(quantity)) continue;
    const [newest, ...earlier] = runs
      .slice(0, at + 1)
      .map((run) => run.statements.find((said) => isAbout(said, item.content.type, quantity)) ?? null)
      .reverse();
    const found = alternatives(newest!, earlier);
    if (found.length > 0) quarrels.push({ of, alternatives: found });
  }
  return quarrels;
}

function contestedClaims({ kind, content }: Item, runs: readonly Run[]): Contested[] {
  if (kind !== 'claim') return [];
  const found = quarrellingClaims(runs.map((run) => run.claims));
  return found.length > 0 ? [{ claim: content.matter, alternatives: found }] : [];
}
