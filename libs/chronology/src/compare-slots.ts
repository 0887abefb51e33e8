/** Where two accounts of one matter's life differ along the world's clock. */
import type { Instant } from './development.js';
import type { AccountSlot } from './slots.js';

/** Over `[validFrom, validTo)` the one account holds `before`, the other `after`; null where the matter is not there. */
export interface StretchApart {
  validFrom: Instant;
  validTo: Instant;
  before: AccountSlot | null;
  after: AccountSlot | null;
}

/** The stretches whose states differ, in order, as long as both accounts stay as they are. */
export function compareSlots(before: readonly AccountSlot[], after: readonly AccountSlot[]): StretchApart[] {
  const ends = [...before, ...after].flatMap(({ validFrom, validTo }) => [validFrom, validTo]);
  const turns = [...new Set(ends)].sort((a, b) => (a < b ? -1 : 1));
  const apart: StretchApart[] = [];
  let [old, fresh] = [0, 0];
  turns.slice(0, -1).forEach((validFrom, at) => {
    while (old < before.length && before[old]!.validTo <= validFrom) old++;
    while (fresh < after.length && after[fresh]!.validTo <= validFrom) fresh++;
    const [was, is] = [holding(before[old], validFrom), holding(after[fresh], validFrom)];
    if (was?.json === is?.json) return;
    apart.push({ validFrom, validTo: turns[at + 1]!, before: was, after: is });
  });
  return apart;
}

function holding(slot: AccountSlot | undefined, instant: Instant): AccountSlot | null {
  return slot !== undefined && slot.validFrom <= instant ? slot : null;
}
