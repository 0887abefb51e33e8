/**
 * Where a matter's state may change, and what it is there. The undated are background until their last
 * possible moment: at an instant, those whose `latest` is still to come are read first, in order of it, and
 * over them the main sequence, in which each of them stands at its `latest`.
 */
import type { Instant } from './development.js';
import { stateOf } from './fold.js';
import { beginOf, type Item } from './item.js';
import type { KindTable } from './kinds.js';
import type { Stretch } from './redraw.js';
import { runOf, type Run } from './run.js';

/**
 * The states from `from` on at which one of `speaking` begins, in order; of those that begin at once the
 * last speaks. `undated` stand in order of (latest, position). Costs a state for each, and, where `u`
 * developments are undated, u·√u steps for the background. Only deltas that have no level but a background
 * one to add to are added up anew for each state.
 */
export function draw(
  from: Instant,
  speaking: readonly Run[],
  undated: readonly Item[],
  kinds: KindTable,
): Stretch[] {
  if (!isBackgroundAt(from, undated)) {
    return speaking.map((run) => stretch(beginOf(run.item), [run], kinds));
  }
  const background = backgrounds(undated);
  const stretches = from === -Infinity ? [stretch(from, background(0), kinds)] : [];
  let news = 0;
  for (const run of speaking) {
    const at = beginOf(run.item);
    while (news < undated.length && undated[news]!.bounds.latest <= at) news++;
    stretches.push(stretch(at, [...background(news), run], kinds));
  }
  return stretches;
}

/** Whether any of the undated is still background at an instant. */
export function isBackgroundAt(asOf: Instant, undated: readonly Item[]): boolean {
  return undated.length > 0 && undated.at(-1)!.bounds.latest > asOf;
}

function stretch(validFrom: Instant, runs: Run[], kinds: KindTable): Stretch {
  return { validFrom, state: stateOf(runs, kinds) };
}

/**
 * The undated from the n-th on, for ascending n, as up to two runs: to the end of its block, and the blocks
 * after it. Blocks of √u keep that from being quadratic.
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
