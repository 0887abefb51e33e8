/**
 * Where a matter's state may change, and what it is there. The undated are background until their last
 * possible moment: at an instant, those whose `latest` is still to come are read first, in order of it, and
 * over them the main run, in which each of them stands at its `latest`.
 */
import type { Instant } from './development.js';
import { stateOf } from './fold.js';
import { beginOf, type Item } from './item.js';
import type { KindTable } from './kinds.js';
import { runOf, type Run } from './run.js';
import type { Stretch } from './slots.js';

/**
 * The states of a matter from `from` on, in order. `undated` stand in order of (latest, position). Costs a
 * state for each place where something begins, and, where `u` developments are undated, u·√u steps for the
 * background. Only deltas that have no level but a background one to add to are added up anew for each
 * state.
 */
export function draw(from: Instant, main: Run | null, undated: readonly Item[], kinds: KindTable): Stretch[] {
  const speaking = speakingFrom(from, main);
  const isNews = ({ bounds }: Item, at: Instant) => bounds.latest <= at;
  if (undated.length === 0 || isNews(undated.at(-1)!, from)) {
    return speaking.map((run) => stretch(beginOf(run.item), [run], kinds));
  }
  const background = backgrounds(undated);
  const stretches = from === -Infinity ? [stretch(from, background(0), kinds)] : [];
  let news = 0;
  for (const run of speaking) {
    const at = beginOf(run.item);
    while (news < undated.length && isNews(undated[news]!, at)) news++;
    stretches.push(stretch(at, [...background(news), run], kinds));
  }
  return stretches;
}

function stretch(validFrom: Instant, runs: Run[], kinds: KindTable): Stretch {
  return { validFrom, json: JSON.stringify(stateOf(runs, kinds)) };
}

/** The run at each instant from `from` on at which something begins, in order. */
function speakingFrom(from: Instant, main: Run | null): Run[] {
  const speaking: Run[] = [];
  let earliest = Infinity;
  for (let run = main; run !== null && earliest !== from; run = run.before) {
    const begin = beginOf(run.item);
    if (begin < from) break;
    // Of those that begin at once the last to be folded speaks: walking back, the first one met.
    if (begin !== earliest) speaking.push(run);
    earliest = begin;
  }
  return speaking.reverse();
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
