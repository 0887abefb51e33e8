/** Holds newly drawn states against the slots believed so far, so that only what changed is told. */
import type { Instant } from './development.js';
import { Drawn } from './drawn.js';
import { addTo } from './row.js';
import { indexAt, replaceSlots, slotAt, slotRange, type AccountSlot, type Slots } from './slots.js';
import type { SlotState } from './state.js';

/** From `validFrom` on, up to the next one, the state is this one. */
export interface Stretch {
  readonly validFrom: Instant;
  readonly state: SlotState;
}

type DrawnStretch = Pick<AccountSlot, 'validFrom' | 'drawn'>;

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
  const drawn: DrawnStretch[] = stretches.map(({ validFrom, state }) => {
    return { validFrom, drawn: new Drawn(position, state) };
  });
  if (old.length > 0 && old[0]!.validFrom < from) drawn.unshift(old[0]!);
  if (after !== null) drawn.push({ validFrom: until, drawn: after.drawn });
  const fresh = compare(old, joinEqual(drawn), after?.validTo ?? Infinity, position);
  // What comes first and stays is not put in its own place again: that would copy.
  const same = fresh.slots.findIndex((slot, index) => slot !== old[index]);
  if (same < 0 && fresh.slots.length === old.length) return { slots, closed: [], opened: [] };
  const kept = same < 0 ? fresh.slots.length : same;
  return { ...fresh, slots: replaceSlots(slots, start + kept, end, fresh.slots.slice(kept)) };
}

/** Redraws for a state that holds from `from` on, which is after the last slot began. */
export function drawNext({ past, last }: Slots, from: Instant, state: SlotState, position: number): Redrawn {
  const drawn = new Drawn(position, state);
  if (last?.drawn.says(drawn)) return { slots: { past, last }, closed: [], opened: [] };
  const next: AccountSlot = { validFrom: from, validTo: Infinity, knownFrom: position, drawn };
  if (last === null) return { slots: { past, last: next }, closed: [], opened: [next] };
  const trimmed = { validFrom: last.validFrom, validTo: from, knownFrom: position, drawn: last.drawn };
  return { slots: { past: addTo(past, trimmed), last: next }, closed: [last], opened: [trimmed, next] };
}

/** The index of the last slot that begins before `from`; 0 where none does. */
function indexBefore(slots: Slots, from: Instant): number {
  const index = indexAt(slots, from);
  const begins = slotAt(slots, from)?.validFrom === from;
  return Math.max(0, begins ? index - 1 : index);
}

function joinEqual(stretches: readonly DrawnStretch[]): DrawnStretch[] {
  return stretches.filter(({ drawn }, at) => at === 0 || !drawn.says(stretches[at - 1]!.drawn));
}

/** What of the old is gone and what is new where the stretches take their place. Both ascend. */
function compare(
  old: readonly AccountSlot[],
  stretches: readonly DrawnStretch[],
  end: Instant,
  position: number,
) {
  const slots: AccountSlot[] = [];
  const closed: AccountSlot[] = [];
  const opened: AccountSlot[] = [];
  const known = new KnownStates(old);
  let at = 0;
  stretches.forEach(({ validFrom, drawn }, index) => {
    const validTo = stretches[index + 1]?.validFrom ?? end;
    while (at < old.length && old[at]!.validFrom < validFrom) closed.push(old[at++]!);
    const was = old[at]?.validFrom === validFrom ? old[at] : undefined;
    if (was?.validTo === validTo && was.drawn.says(drawn)) {
      slots.push(was);
      at++;
    } else {
      // One text may stand twice, under two names: what held here keeps its own, or it would seem to turn.
      const held = (was ?? old[at - 1])?.drawn;
      const kept = held?.says(drawn) ? held : known.find(drawn);
      const slot = { validFrom, validTo, knownFrom: position, drawn: kept };
      slots.push(slot);
      opened.push(slot);
    }
  });
  for (; at < old.length; at++) closed.push(old[at]!);
  return { slots, closed, opened };
}

/** The states that slots had before they are redrawn, and those drawn since. */
class KnownStates {
  /** Those not asked about yet, by the development that moved each last: only those of one may have the same text. */
  private readonly unspelled = new Map<string | null, Drawn[]>();
  private readonly texts = new Map<string, Drawn>();
  private fresh = 0;

  constructor(slots: readonly AccountSlot[]) {
    for (const { drawn } of slots) this.add(drawn);
  }

  /** The one that has this text; else itself, as the next that is new. */
  find(drawn: Drawn): Drawn {
    const alike = this.unspelled.get(drawn.lastDevelopment)?.splice(0);
    for (const each of alike ?? []) this.texts.set(each.json, each);
    const known = alike && this.texts.get(drawn.json);
    if (known) return known;
    drawn.ordinal = this.fresh++;
    this.add(drawn);
    return drawn;
  }

  private add(drawn: Drawn): void {
    const alike = this.unspelled.get(drawn.lastDevelopment);
    if (alike) alike.push(drawn);
    else this.unspelled.set(drawn.lastDevelopment, [drawn]);
  }
}
