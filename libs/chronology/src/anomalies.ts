/** What an editor should look at in the last actual development. Readings 6 and 7 of docs/adr/0002. */
import type { Item } from './item.js';
import { phaseOf, type KindTable } from './kinds.js';
import { levelOf, trailOf } from './levels.js';
import { canAdd, levelOver } from './quantities.js';
import type { Run } from './run.js';
import type { Anomaly } from './state.js';

/** A step to a lower rank, or out of a closed phase. Beginning in mid-life is fine. */
export function phaseAnomalies(last: Item, previous: Item | null, kinds: KindTable): Anomaly[] {
  if (previous === null || previous.phase === last.phase) return [];
  const kind = kinds.get(last.kind);
  const to = kind && phaseOf(kind, last.phase);
  const from = kind && phaseOf(kind, previous.phase);
  if (!to || !from || (to.rank >= from.rank && !from.closed)) return [];
  return [{ code: 'phase-went-back', detail: `${last.phase} after ${previous.phase}` }];
}

/** Deltas of the last actual development that found no level to add to. */
export function deltaAnomalies(last: Item, runs: readonly Run[]): Anomaly[] {
  const deltas = last.content.quantities?.filter(({ delta }) => delta !== undefined) ?? [];
  if (deltas.length === 0) return [];
  const at = runs.findLastIndex((run) => run.last === last);
  return deltas.flatMap((quantity) => {
    let trail = trailOf(quantity.of, runs[at]!);
    while (trail !== null && trail.quantity !== quantity) trail = trail.before;
    const base = levelOver(trail!.before, levelOf(quantity.of, runs.slice(0, at)));
    return canAdd(base, quantity) ? [] : [{ code: 'delta-without-base', detail: quantity.of }];
  });
}
