/**
 * The slots of one matter as they are believed: one after the other without a gap, the last open-ended. The
 * last is kept apart from the rest, since what comes in order trims it and adds another.
 */
import type { Instant } from './development.js';
import type { Drawn } from './drawn.js';
import { countPassing, elementAt, emptyRow, listOf, rangeOf, replaceRange, type Row } from './row.js';

/** Its validity is `[validFrom, validTo)`, either end possibly infinite. */
export interface AccountSlot {
  readonly validFrom: Instant;
  readonly validTo: Instant;
  /** Position since which this stretch with this state has stood. */
  readonly knownFrom: number;
  readonly drawn: Drawn;
}

export interface Slots {
  readonly past: Row<AccountSlot>;
  readonly last: AccountSlot | null;
}

export const noSlots: Slots = { past: emptyRow(), last: null };

export function slotList({ past, last }: Slots): AccountSlot[] {
  return last === null ? [] : [...listOf(past), last];
}

/** The index of the slot that holds at an instant; -1 where that is before the first. */
export function indexAt({ past, last }: Slots, asOf: Instant): number {
  if (last !== null && last.validFrom <= asOf) return past.length;
  return countPassing(past, (slot) => slot.validFrom <= asOf) - 1;
}

/** The slot that holds at an instant; null before the first. */
export function slotAt(slots: Slots, asOf: Instant): AccountSlot | null {
  const index = indexAt(slots, asOf);
  if (index === slots.past.length) return slots.last;
  return index < 0 ? null : elementAt(slots.past, index);
}

/** Those from index `from` up to, not including, `to`. */
export function slotRange({ past, last }: Slots, from: number, to: number): AccountSlot[] {
  const range = rangeOf(past, from, Math.min(to, past.length));
  if (last !== null && from <= past.length && to > past.length) range.push(last);
  return range;
}

/** The slots with `others` in the place of those from `from` up to `to`. */
export function replaceSlots(slots: Slots, from: number, to: number, others: readonly AccountSlot[]): Slots {
  const { past, last } = slots;
  if (last !== null && to <= past.length) return { past: replaceRange(past, from, to, others), last };
  if (others.length > 0) {
    const rest = others.slice(0, -1);
    return { past: replaceRange(past, from, past.length, rest), last: others.at(-1)! };
  }
  if (from === 0) return noSlots;
  return { past: replaceRange(past, from - 1, past.length, []), last: elementAt(past, from - 1) };
}
