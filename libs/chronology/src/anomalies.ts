/** What an editor should look at in the last actual development. Readings 6 and 7 of docs/adr/0002. */
import type { Item } from './item.js';
import { phaseOf, type KindTable } from './kinds.js';
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
