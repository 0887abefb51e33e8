/** What an editor should look at in the last actual development. Readings 6 and 7 of docs/adr/0002. */
import type { Quantity } from './development.js';
import type { Item } from './item.js';
import { phaseOf, type KindTable } from './kinds.js';
import { levelOf, trailOf } from './levels.js';
import { canAdd, levelOver } from './quantities.js';
import type { Run } from './run.js';
import type { Anomaly, QuantityLevel } from './state.js';

/** The step between phases first, then deltas in order. */
export function anomalies(
  last: Item,
  previous: Item | null,
  runs: readonly Run[],
  kinds: KindTable,
): Anomaly[] {
  const found: Anomaly[] = [];
  if (previous !== null && wentBack(last, previous, kinds)) {
    found.push({ code: 'phase-went-back', detail: `${last.phase} after ${previous.phase}` });
  }
  for (const quantity of last.content.quantities ?? []) {
    if (quantity.delta === undefined || canAdd(baseOf(quantity, last, runs), quantity)) continue;
    found.push({ code: 'delta-without-base', detail: quantity.of });
  }
  return found;
}

/** A step to a lower rank, or out of a closed phase. Beginning in mid-life is fine. */
function wentBack(last: Item, previous: Item, kinds: KindTable): boolean {
  if (previous.phase === last.phase) return false;
  const kind = kinds.get(last.kind);
  const to = kind && phaseOf(kind, last.phase);
  const from = kind && phaseOf(kind, previous.phase);
  return to !== undefined && from !== undefined && (to.rank < from.rank || from.closed);
}

/** The level to which a quantity of the last actual development adds; null where there is none. */
function baseOf(quantity: Quantity, last: Item, runs: readonly Run[]): QuantityLevel | null {
  const at = runs.findLastIndex((run) => run.last === last);
  let trail = trailOf(quantity.of, runs[at]!);
  while (trail !== null && trail.quantity !== quantity) trail = trail.before;
  return levelOver(trail!.before, levelOf(quantity.of, runs.slice(0, at)));
}
