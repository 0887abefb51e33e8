/**
 * The main sequence of a matter: its effective developments in fold order, each undated one at its `latest`,
 * with the run up to each. What an old run says may come to be said again soon after a development that is
 * put in late, and from there on the runs stay as they are.
 */
import { beginOf, compareItems, type Item } from './item.js';
import type { Instant } from './development.js';
import { countPassing, elementAt, replaceRange, type Row } from './row.js';
import { extend, saysSame, type Run } from './run.js';

export type Sequence = Row<Run>;

export interface Resequenced {
  sequence: Sequence;
  /** The runs that may say another thing than before, the last of each instant only. */
  speaking: Run[];
  /** The instant from which on all is as it was. */
  until: Instant;
}

/**
 * One development goes, another comes (null: none; not both). Made anew are the runs on which that has a
 * bearing, or all later ones, or all.
 */
export function resequence(
  sequence: Sequence,
  gone: Item | null,
  come: Item | null,
  reach: 'affected' | 'later' | 'all',
): Resequenced {
  const first = gone === null || (come !== null && compareItems(come, gone) < 0) ? come! : gone;
  const start = reach === 'all' ? 0 : countPassing(sequence, (run) => compareItems(run.item, first) < 0);
  const horizon = reach === 'affected' ? horizonOf(gone, come) : Infinity;
  const { fresh, end } = rerun(sequence, start, gone, come, horizon);
  const until = end < sequence.length ? beginOf(elementAt(sequence, end).item) : Infinity;
  const before = start > 0 ? elementAt(sequence, start - 1) : null;
  // Where the last of several that begin at once goes, the one before it speaks.
  const candidates = before && beginOf(before.item) === beginOf(first) ? [before, ...fresh] : fresh;
  const speaking = candidates.filter((run, at) => {
    const next = candidates[at + 1];
    return beginOf(run.item) !== (next === undefined ? until : beginOf(next.item));
  });
  return { sequence: replaceRange(sequence, start, end, fresh), speaking, until };
}

/**
 * The new runs that take the place of those from `start` up to `end`. A run that says what it said, and
 * begins when what moved can be in a quarrel no more, ends them.
 */
function rerun(sequence: Sequence, start: number, gone: Item | null, come: Item | null, horizon: Instant) {
  const fresh: Run[] = [];
  let run = start > 0 ? elementAt(sequence, start - 1) : null;
  let [toGo, toCome] = [gone, come];
  let end = start;
  while (toCome !== null || end < sequence.length) {
    const old = end < sequence.length ? elementAt(sequence, end) : null;
    if (toCome !== null && (old === null || compareItems(toCome, old.item) < 0)) {
      fresh.push((run = extend(run, toCome)));
      toCome = null;
    } else if (old!.item === toGo) {
      end++;
      toGo = null;
    } else {
      run = extend(run, old!.item);
      const isOver = toGo === null && toCome === null && beginOf(run.item) >= horizon;
      if (isOver && saysSame(run, old!, horizon)) break;
      fresh.push(run);
      end++;
    }
  }
  return { fresh, end };
}

/** Until when developments with quantities may be in a quarrel with later ones: their bounds overlap. */
function horizonOf(...moved: (Item | null)[]): Instant {
  return Math.max(...moved.map((item) => (item?.content.quantities ? item.bounds.latest : -Infinity)));
}
