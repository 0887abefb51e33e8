import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';
import { RunEnded } from './errors.js';
import { type Appended, ConflictingId, GroupRefused, readRange, Run } from './index.js';

let store: SharedLedger;
let timeline = '';

const ids = async () => (await readRange(store.readers, timeline, 0, 1_000)).map(({ id }) => id);
const outcome = (appending: Promise<Appended[]>): Promise<Appended[] | GroupRefused> =>
  appending.catch((error: GroupRefused) => error);

beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());
beforeEach(async () => {
  timeline = await store.newTimeline();
});

describe('a run', () => {
  it('keeps what stands before a refused proposal, and appends nothing that stands behind it', async () => {
    const ledger = store.aProcess();
    await ledger.append(timeline, [proposal('taken', 's', { other: true })], 'local');
    const run = new Run();
    const [first, second, third] = await Promise.all(
      [
        [proposal('a'), proposal('b')],
        [proposal('c'), proposal('taken'), proposal('d')],
        [proposal('e')],
      ].map((group) => outcome(ledger.append(timeline, group, 'local', run))),
    );
    expect((first as Appended[]).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(second).toMatchObject({ index: 1, cause: expect.any(ConflictingId), appended: [{ id: 'c' }] });
    expect(third).toMatchObject({ index: 0, cause: expect.any(RunEnded), appended: [] });
    expect(await ids()).toEqual(['taken', 'a', 'b', 'c']);
  });

  it('ends where it must, also when others append to the ledger all the while', async () => {
    const [ours, others] = [store.aProcess(), store.aProcess()];
    await ours.append(timeline, [proposal('taken', 's', { other: true })], 'local');
    let over = false;
    const crowd = (async () => {
      for (let n = 0; !over; n++) await others.append(timeline, [proposal(`crowd-${n}`)], 'local');
    })();
    for (let round = 0; round < 20; round++) {
      const run = new Run();
      const groups = Array.from({ length: 6 }, (_, g) =>
        Array.from({ length: 20 }, (_, n) => proposal(`${round}-${g * 20 + n}`)),
      );
      groups[3]![7] = proposal('taken');
      const outcomes = await Promise.all(
        groups.map((group) => outcome(ours.append(timeline, group, 'local', run))),
      );
      expect(outcomes.map((each) => (each instanceof GroupRefused ? each.appended : each).length)).toEqual([
        ...[20, 20, 20, 7, 0, 0],
      ]);
    }
    over = true;
    await crowd;
    const own = (await ids()).filter((id) => /^\d/.test(id));
    const whole = Array.from({ length: 20 }, (_, round) =>
      Array.from({ length: 67 }, (_, n) => `${round}-${n}`),
    );
    expect(own.slice(0, 200)).toEqual(whole.flat().slice(0, 200));
  });
});
