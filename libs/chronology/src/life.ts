/**
 * A matter's life as its effective developments tell it. A life is a value: one development more, or
 * another, makes a new one that shares with the old all that did not change.
 */
import type { Instant } from './development.js';
import { draw, isBackgroundAt } from './drawing.js';
import { stateOf } from './fold.js';
import { beginOf, compareItems, isUndated, type Item } from './item.js';
import type { KindTable } from './kinds.js';
import { drawNext, redraw, type Redrawn } from './redraw.js';
import { addTo, emptyRow, lastOf } from './row.js';
import { extend } from './run.js';
import { resequence, type Sequence } from './sequence.js';
import { noSlots, type Slots } from './slots.js';

export interface Life {
  readonly sequence: Sequence;
  /** The undated ones, by (latest, position). */
  readonly undated: readonly Item[];
  readonly slots: Slots;
}

export const unlived: Life = { sequence: emptyRow(), undated: [], slots: noSlots };

type Relived = { life: Life } & Pick<Redrawn, 'closed' | 'opened'>;

/**
 * One effective development goes and another comes (null: none; not both), known from `position` on. What
 * comes after all the others costs the same however long the life is; what comes late, a step and a state
 * for each development on which it has a bearing (with the undated about, for each after it, or for all).
 */
export function relive(
  life: Life,
  gone: Item | null,
  come: Item | null,
  kinds: KindTable,
  position: number,
): Relived {
  if (gone === null && come !== null && isNext(life, come)) return liveOn(life, come, kinds, position);
  const undated = replaceUndated(life.undated, gone, come);
  const from = Math.min(earliestOf(gone), earliestOf(come));
  // The bounds of an undated development overlap with all that came before, while runs that were left as
  // they were may lack what has no bearing on the dated. So with the undated moved or moving behind, none is.
  const reach = undated !== life.undated ? 'all' : isBackgroundAt(from, undated) ? 'later' : 'affected';
  const { sequence, speaking, until } = resequence(life.sequence, gone, come, reach);
  const stretches = draw(from, speaking, undated, kinds);
  const { slots, closed, opened } = redraw(life.slots, { from, until }, stretches, position);
  return { life: { sequence, undated, slots }, closed, opened };
}

/** Whether a development begins after all the others, and none of those is in the background. */
function isNext({ sequence, undated }: Life, come: Item): boolean {
  if (undated.length > 0 || isUndated(come)) return false;
  const before = lastOf(sequence);
  return before === undefined || beginOf(before.item) < beginOf(come);
}

/**
 * What `relive` comes to for the next development, as most are. This way, and with less kept, recording in order went
 * from 23 µs to 12.
 */
function liveOn({ sequence, undated, slots }: Life, come: Item, kinds: KindTable, position: number): Relived {
  const run = extend(lastOf(sequence) ?? null, come);
  const next = drawNext(slots, beginOf(come), stateOf([run], kinds), position);
  const life = { sequence: addTo(sequence, run), undated, slots: next.slots };
  return { life, closed: next.closed, opened: next.opened };
}

function earliestOf(item: Item | null): Instant {
  return item === null ? Infinity : item.bounds.earliest;
}

function replaceUndated(undated: readonly Item[], gone: Item | null, come: Item | null): readonly Item[] {
  const comes = come !== null && isUndated(come);
  if (!comes && (gone === null || !isUndated(gone))) return undated;
  const stay = undated.filter((item) => item !== gone);
  return comes ? [...stay, come].sort(compareItems) : stay;
}
