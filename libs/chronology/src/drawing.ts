/**
 * Where a matter's state may change, and what it is there. The undated are background until their last
 * possible moment: at an instant, those whose `latest` is still to come are read first, in order of it, and
 * over them the main sequence, in which each of them stands at its `latest`.
 */
import type { Instant } from './development.js';
import { stateOf } from './fold.js';
import { beginOf, type Item } from './item.js';
import type { KindTable } from './kinds.js';
import { runOf, type Run } from './run.js';
import type { Stretch } from './slots.js';

/**
 * The states of a matter from `from` on, in order. `end` is the main sequence; `undated` stand in order
 * of (latest, position). Costs a state for each place where something begins, and, where `u` developments
 * are undated, u·√u steps for the background. Only deltas that have no level but a background one to add to
 * are added up anew for each state.
 */
export function draw(from: Instant, end: Run | null, undated: readonly Item[], kinds: KindTable): Stretch[] {
  const background = backgrounds(undated);
  let news = undated.length;
  while (news > 0 && undated[news - 1]!.bounds.latest > from) news--;
  return pointsFrom(from, end, undated.length > 0).map(({ at, main }) => {
    while (news < undated.length && undated[news]!.bounds.latest <= at) news++;
    const runs = main === null ? background(news) : [...background(news), main];
    return { validFrom: at, json: JSON.stringify(stateOf(runs, kinds)) };
  });
}

interface Point {
  at: Instant;
  /** The main sequence up to there; null before it begins. */
  main: Run | null;
}

function pointsFrom(from: Instant, end: Run | null, hasBackground: boolean): Point[] {
  const points: Point[] = [];
  for (let main = end; main !== null; main = main.before) {
    const at = beginOf(main.item);
    if (at < from) break;
    // Of developments that begin at once the last to be folded speaks: walking back, the first one met.
    if (points.at(-1)?.at !== at) points.push({ at, main });
  }
  if (hasBackground && from === -Infinity) points.push({ at: -Infinity, main: null });
  return points.reverse();
}

/**
 * The undated from the n-th on, for ascending n, as up to two runs: to the end of its block, and the
 * blocks after it. Blocks of √u keep that from being quadratic.
 */
function backgrounds(undated: readonly Item[]): (n: number) => Run[] {
  const size = Math.ceil(Math.sqrt(undated.length));
  let [at, blockEnd] = [-1, 0];
  let [near, far]: [Run | null, Run | null] = [null, null];
  return (n) => {
    if (n >= undated.length) return [];
    if (n >= blockEnd) {
      blockEnd = (Math.floor(n / size) + 1) * size;
      far = runOf(undated.slice(blockEnd));
    }
    if (n !== at) near = runOf(undated.slice(n, blockEnd));
    at = n;
    return far === null ? [near!] : [near!, far];
  };
}
