/**
 * Slots as they are stored: stretches of a matter's life over which its state is constant. They are drawn
 * from an instant on, and held against those believed so far, so that only what changed is told.
 */
import type { Instant } from './development.js';
import type { Stack } from './stack.js';

/** Its validity is `[validFrom, validTo)`, either end possibly infinite; `json` is the text of its state. */
export interface AccountSlot {
  readonly validFrom: Instant;
  readonly validTo: Instant;
  /** Position since which this stretch with this state has stood. */
  readonly knownFrom: number;
  readonly json: string;
}

/** From `validFrom` on, up to the next one, the state is the one with this text. */
export interface Stretch {
  readonly validFrom: Instant;
  readonly json: string;
}

export interface Redrawn {
  slots: Stack<AccountSlot>;
  /** As they stood; they are believed no more from the position on. */
  closed: AccountSlot[];
  opened: AccountSlot[];
}

/**
 * Replaces what was believed from `from` on by `stretches` (in order, none earlier than `from`; neighbours
 * may be equal). The slot that reaches into it is trimmed or prolonged; one that comes out as it was, with
 * the same ends, keeps its `knownFrom`.
 */
export function redraw(
  slots: Stack<AccountSlot>,
  from: Instant,
  stretches: readonly Stretch[],
  position: number,
): Redrawn {
  let kept = slots;
  while (kept !== null && kept.top.validFrom >= from) kept = kept.below;
  const drawn = kept === null ? [...stretches] : [kept.top, ...stretches];
  const base = kept === null ? null : kept.below;
  return hold(takeOff(slots, base), joinEqual(drawn), base, position);
}

/** The slots above `base`, from the bottom to the top. */
function takeOff(slots: Stack<AccountSlot>, base: Stack<AccountSlot>): AccountSlot[] {
  const taken: AccountSlot[] = [];
  for (let each = slots; each !== base; each = each!.below) taken.push(each!.top);
  return taken.reverse();
}

function joinEqual(stretches: readonly Stretch[]): Stretch[] {
  return stretches.filter(({ json }, at) => at === 0 || json !== stretches[at - 1]!.json);
}

/** Puts the new stretches on `base` and tells what of the old is gone and what is new. Both ascend. */
function hold(
  old: readonly AccountSlot[],
  stretches: readonly Stretch[],
  base: Stack<AccountSlot>,
  position: number,
): Redrawn {
  const closed: AccountSlot[] = [];
  const opened: AccountSlot[] = [];
  let slots = base;
  let at = 0;
  stretches.forEach(({ validFrom, json }, index) => {
    const validTo = stretches[index + 1]?.validFrom ?? Infinity;
    while (at < old.length && old[at]!.validFrom < validFrom) closed.push(old[at++]!);
    const was = old[at];
    if (was !== undefined && was.validFrom === validFrom && was.validTo === validTo && was.json === json) {
      slots = { top: was, below: slots };
      at++;
    } else {
      const slot = { validFrom, validTo, knownFrom: position, json };
      opened.push(slot);
      slots = { top: slot, below: slots };
    }
  });
  closed.push(...old.slice(at));
  return { slots, closed, opened };
}

/** The slot that holds at an instant, or null where nothing is folded yet. */
export function slotAt(slots: Stack<AccountSlot>, asOf: Instant): AccountSlot | null {
  let each = slots;
  while (each !== null && each.top.validFrom > asOf) each = each.below;
  return each === null ? null : each.top;
}
