import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Instant, Recorded } from '#libs/chronology';
import { histories, turningPoints } from '../../../test/support/random-history.js';
import {
  mattersOf,
  openStore,
  openTimeline,
  Recorder,
  type Store,
} from '../../../test/support/recorded-history.js';
import { differingMatters, indexLog, mattersTurning, readStanding, situationKeys } from './index.js';

let store: Store;
let serial = 0;

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

async function recordHistory(history: Recorded[]) {
  const timeline = await openTimeline(store, `turning-${serial++}`);
  await new Recorder(store, timeline, history, 1).recordAll();
  await indexLog(store.readers, timeline, history.length);
  return (await readStanding(store.readers, timeline)).models;
}

/** How many developments, or what corrections make of them, begin in a stretch. */
function begunIn(history: Recorded[], { after, upTo }: { after: Instant; upTo: Instant }): number {
  return history.filter(({ bounds }) => {
    if (bounds === null) return false;
    const begins = bounds.earliest === -Infinity ? bounds.latest : bounds.earliest;
    return begins > after && begins <= upTo;
  }).length;
}

/** A history, and stretches of its world's clock, each as known at some position. */
const stretched = histories({ entries: 40, matters: 4 })
  .filter((history) => turningPoints(history).some(Number.isFinite))
  .chain((history) => {
    const instant = fc.constantFrom(...turningPoints(history).filter(Number.isFinite));
    const stretch = fc.record({
      ends: fc.tuple(instant, instant).map((pair) => pair.sort((a, b) => a - b) as [Instant, Instant]),
      knownAt: fc.nat(history.length - 1),
    });
    return fc.tuple(fc.constant(history), fc.array(stretch, { minLength: 30, maxLength: 30 }));
  });

describe('matters that turn within a stretch of the world’s clock', () => {
  it('are found, every one, and none that nothing was recorded of', async () => {
    /** How often more was over than was to be looked at, so that the states told what becomes certain. */
    let byStates = 0;
    await fc.assert(
      fc.asyncProperty(stretched, async ([history, stretches]) => {
        const models = await recordHistory(history);
        for (const { ends, knownAt } of stretches) {
          const [after, upTo] = ends;
          const keysAt = (asOf: Instant) => situationKeys(store.readers, { models, asOf, knownAt });
          const differing = differingMatters(await keysAt(after), await keysAt(upTo));
          const turning = (most: number) =>
            mattersTurning(store.readers, models, { after, upTo, knownAt }, most);
          const found = await turning(1_000);
          expect(found).toEqual(expect.arrayContaining(differing));
          const known = history.filter(({ position }) => position <= knownAt);
          expect(mattersOf(known)).toEqual(expect.arrayContaining(found!));
          const foundByFew = await turning(begunIn(history, { after, upTo }));
          expect(found).toEqual(expect.arrayContaining(foundByFew!));
          expect(foundByFew).toEqual(expect.arrayContaining(differing));
          if (foundByFew!.length < found!.length) byStates++;
        }
      }),
      { numRuns: 15 },
    );
    expect(byStates).toBeGreaterThan(0);
  }, 120_000);

  it('are not told where more begins than is to be looked at', async () => {
    const [history] = fc.sample(
      histories({ entries: 40, matters: 4 }).filter(({ length }) => length > 30),
      { seed: 1, numRuns: 1 },
    );
    const models = await recordHistory(history!);
    const always = { after: -8e15, upTo: 8e15, knownAt: history!.length - 1 };
    const turning = (most: number) => mattersTurning(store.readers, models, always, most);
    expect(await turning(1_000)).not.toHaveLength(0);
    expect(await turning(10)).toBeUndefined();
  });
});
