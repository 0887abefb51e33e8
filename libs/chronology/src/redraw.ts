/** Holds newly drawn states against the slots believed so far, so that only what changed is told. */
import type { Instant } from './development.js';
import { addTo } from './row.js';
import {
  indexAt,
  replaceSlots,
  slotAt,
  slotRange,
  type AccountSlot,
  type Drawn,
  type Slots,
} from './slots.js';

/** From `validFrom` on, up to the next one, the state is the one with this text. */
export interface Stretch {
  readonly validFrom: Instant;
  readonly json: string;
}

/** `[from, until)`; nothing changes outside of it. */
export interface Span {
  readonly from: Instant;
  readonly until: Instant;
}

export interface Redrawn {
  slots: Slots;
  /** As they stood; they are believed no more from the position on. */
  closed: AccountSlot[];
  opened: AccountSlot[];
}

/**
 * Replaces what was believed over the span by `stretches` (in order, within the span; neighbours may be
 * equal). Slots that reach into the span or out of it are trimmed or prolonged; one that comes out as it
 * was, with the same ends, keeps its `knownFrom`.
 */
export function redraw(
  slots: Slots,
  { from, until }: Span,
  stretches: readonly Stretch[],
  position: number,
): Redrawn {
  const start = indexBefore(slots, from);
  const after = until === Infinity ? null : slotAt(slots, until);
  const end = 1 + indexAt(slots, until);
  const old = slotRange(slots, start, end);
  const drawn = [...stretches];
  if (old.length > 0 && old[0]!.validFrom < from) drawn.unshift(old[0]!);
  if (after !== null) drawn.push({ validFrom: until, json: after.json });
  const fresh = compare(old, joinEqual(drawn), after?.validTo ?? Infinity, position);
  // What comes first and stays is not put in its own place again: that would copy.
  const same = fresh.slots.findIndex((slot, index) => slot !== old[index]);
  if (same < 0 && fresh.slots.length === old.length) return { slots, closed: [], opened: [] };
  const kept = same < 0 ? fresh.slots.length : same;
  return { ...fresh, slots: replaceSlots(slots, start + kept, end, fresh.slots.slice(kept)) };
}

/** Redraws for a state that holds from `from` on, which is after the last slot began. */
export function drawNext({ past, last }: Slots, from: Instant, json: string, position: number): Redrawn {
  if (last !== null && last.json === json) return { slots: { past, last }, closed: [], opened: [] };
  const drawn = { position, ordinal: 0 };
  const next: AccountSlot = { validFrom: from, validTo: Infinity, knownFrom: position, json, drawn };
  if (last === null) return { slots: { past, last: next }, closed: [], opened: [next] };
  const { validFrom, json: before, drawn: brought } = last;
  const trimmed = { validFrom, validTo: from, knownFrom: position, json: before, drawn: brought };
  return { slots: { past: addTo(past, trimmed), last: next }, closed: [last], opened: [trimmed, next] };
}

/** The index of the last slot that begins before `from`; 0 where none does. */
function indexBefore(slots: Slots, from: Instant): number {
  const index = indexAt(slots, from);
  const begins = slotAt(slots, from)?.validFrom === from;
  return Math.max(0, begins ? index - 1 : index);
}

function joinEqual(stretches: readonly Stretch[]): Stretch[] {
  return stretches.filter(({ json }, at) => at === 0 || json !== stretches[at - 1]!.json);
}

/** What of the old is gone and what is new where the stretches take their place. Both ascend. */
function compare(old: readonly AccountSlot[], stretches: readonly Stretch[], end: Instant, position: number) {
  const slots: AccountSlot[] = [];
  const closed: AccountSlot[] = [];
  const opened: AccountSlot[] = [];
  const drawnBefore = new Map(old.map((slot) => [slot.json, slot.drawn]));
  let ordinal = 0;
  const drawnOf = (json: string): Drawn => {
    let drawn = drawnBefore.get(json);
    if (!drawn) drawnBefore.set(json, (drawn = { position, ordinal: ordinal++ }));
    return drawn;
  };
  let at = 0;
  stretches.forEach(({ validFrom, json }, index) => {
    const validTo = stretches[index + 1]?.validFrom ?? end;
    while (at < old.length && old[at]!.validFrom < validFrom) closed.push(old[at++]!);
    const was = old[at]?.validFrom === validFrom ? old[at] : undefined;
    if (was?.validTo === validTo && was.json === json) {
      slots.push(was);
      at++;
    } else {
      // One text may stand twice, under two names: what held here keeps its own, or it would seem to turn.
      const held = was ?? old[at - 1];
      const drawn = held?.json === json ? held.drawn : drawnOf(json);
      const slot = { validFrom, validTo, knownFrom: position, json, drawn };
      slots.push(slot);
      opened.push(slot);
    }
  });
  for (; at < old.length; at++) closed.push(old[at]!);
  return { slots, closed, opened };
}
