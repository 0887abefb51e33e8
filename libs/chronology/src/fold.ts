/**
 * The state of a matter after the developments folded at an instant. They come as runs that follow each
 * other in fold order, so that what is background and what stands over it need not be read again when one
 * of them changes.
 */
import { isApproximate } from './development.js';
import { phaseAnomalies } from './anomalies.js';
import { quarrellingClaims } from './claims.js';
import { alternatives, isAbout, statesNumber } from './contested.js';
import type { Item } from './item.js';
import { phaseOf, type KindTable } from './kinds.js';
import { canAdd, levelOver, type Touch } from './quantities.js';
import type { Run } from './run.js';
import type { Anomaly, Contested, QuantityLevel, SlotState } from './state.js';

/** The state after all runs; there is at least one. */
export function stateOf(runs: readonly Run[], kinds: KindTable): SlotState {
  const { item } = runs.at(-1)!;
  const last = newest(runs, (run) => run.last);
  if (last === null) return notesAlone(item);
  const kind = kinds.get(item.kind);
  const { content } = last;
  return {
    kind: item.kind,
    phase: last.phase,
    open: !(kind && phaseOf(kind, last.phase)?.closed),
    certainFrom: last.bounds.latest,
    approximate: isApproximate(content.occurred),
    title: content.title,
    actors: newest(runs, (run) => run.actors) ?? [],
    recipients: newest(runs, (run) => run.recipients) ?? [],
    places: newest(runs, (run) => run.places) ?? [],
    quantities: namesOf(runs).map((of) => levelOf(of, runs)!),
    contested: contestedIn(runs, item.kind),
    attribution: content.attribution,
    assertion: content.assertion,
    verification: last.verification,
    anomalies: [...phaseAnomalies(last, previousOf(runs), kinds), ...deltaAnomalies(last, runs)],
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

function newest<T>(runs: readonly Run[], part: (run: Run) => T | null): T | null {
  for (let at = runs.length - 1; at >= 0; at--) {
    const found = part(runs[at]!);
    if (found !== null) return found;
  }
  return null;
}

/** The last actual development but one. */
function previousOf(runs: readonly Run[]): Item | null {
  const at = runs.findLastIndex((run) => run.last !== null);
  return runs[at]!.previous ?? newest(runs.slice(0, at), (run) => run.last);
}

/** Names of quantities in order of first mention. */
function namesOf(runs: readonly Run[]): string[] {
  const names = runs.flatMap((run) => run.trails.map((trail) => trail.quantity.of));
  return runs.length === 1 ? names : [...new Set(names)];
}

function trailOf(of: string, run: Run): Touch | null {
  return run.trails.find((trail) => trail.quantity.of === of) ?? null;
}

function levelOf(of: string, runs: readonly Run[]): QuantityLevel | null {
  return runs.reduce<QuantityLevel | null>((under, run) => levelOver(trailOf(of, run), under), null);
}

function contestedIn(runs: readonly Run[], kind: string): Contested[] {
  const quarrels: Contested[] = [];
  for (const of of namesOf(runs)) {
    const at = runs.findLastIndex((run) => trailOf(of, run) !== null);
    const { item, quantity } = trailOf(of, runs[at]!)!;
    if (!statesNumber(quantity)) continue;
    const said = (run: Run) =>
      run.statements.find((each) => isAbout(each, item.content.type, quantity)) ?? null;
    const found = alternatives(said(runs[at]!)!, runs.slice(0, at).map(said));
    if (found.length > 0) quarrels.push({ of, alternatives: found });
  }
  if (kind !== 'claim') return quarrels;
  const claims = quarrellingClaims(runs.map((run) => run.claims));
  if (claims.length > 0) quarrels.push({ claim: runs.at(-1)!.item.content.matter, alternatives: claims });
  return quarrels;
}

/** Deltas of the last actual development that found no level to add to. */
function deltaAnomalies(last: Item, runs: readonly Run[]): Anomaly[] {
  const deltas = last.content.quantities?.filter(({ delta }) => delta !== undefined) ?? [];
  const at = runs.findLastIndex((run) => run.last === last);
  return deltas.flatMap((quantity) => {
    let trail = trailOf(quantity.of, runs[at]!);
    while (trail !== null && trail.quantity !== quantity) trail = trail.before;
    const base = levelOver(trail!.before, levelOf(quantity.of, runs.slice(0, at)));
    return canAdd(base, quantity) ? [] : [{ code: 'delta-without-base', detail: quantity.of }];
  });
}
