/**
 * A matter's life as its effective developments tell it. A life is a value: one development more, or
 * another, makes a new one that shares with the old all that did not change.
 */
import type { Instant } from './development.js';
import { draw } from './drawing.js';
import { compareItems, isUndated, type Item } from './item.js';
import type { KindTable } from './kinds.js';
import { extend, type Run } from './run.js';
import { redraw, type Redrawn } from './slots.js';

export interface Life {
  /** The effective developments, each undated one at its `latest`. */
  readonly main: Run | null;
  /** The undated ones among them, by (latest, position). */
  readonly undated: readonly Item[];
  readonly slots: Redrawn['slots'];
}

export const unlived: Life = { main: null, undated: [], slots: null };

/**
 * One effective development goes and another comes (null: none; not both), known from `position` on. What
 * comes after all the others costs the same however long the life is; what comes late, a step and a state
 * for each that it comes before.
 */
export function relive(
  life: Life,
  gone: Item | null,
  come: Item | null,
  kinds: KindTable,
  position: number,
): { life: Life } & Pick<Redrawn, 'closed' | 'opened'> {
  const main = splice(life.main, gone, come);
  const undated = spliceUndated(life.undated, gone, come);
  const from = Math.min(earliestOf(gone), earliestOf(come));
  const { slots, closed, opened } = redraw(life.slots, from, draw(from, main, undated, kinds), position);
  return { life: { main, undated, slots }, closed, opened };
}

function earliestOf(item: Item | null): Instant {
  return item === null ? Infinity : item.bounds.earliest;
}

function splice(main: Run | null, gone: Item | null, come: Item | null): Run | null {
  const first = gone === null || (come !== null && compareItems(come, gone) < 0) ? come! : gone;
  const after: Item[] = [];
  let run = main;
  for (; run !== null && compareItems(run.item, first) >= 0; run = run.before) {
    if (run.item !== gone) after.push(run.item);
  }
  if (come !== null) {
    const at = after.findIndex((item) => compareItems(item, come) < 0);
    after.splice(at < 0 ? after.length : at, 0, come);
  }
  return after.reduceRight<Run | null>(extend, run);
}

function spliceUndated(undated: readonly Item[], gone: Item | null, come: Item | null): readonly Item[] {
  const comes = come !== null && isUndated(come);
  if (!comes && (gone === null || !isUndated(gone))) return undated;
  const stay = undated.filter((item) => item !== gone);
  return comes ? [...stay, come].sort(compareItems) : stay;
}
