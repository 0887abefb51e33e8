import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';
import { type Ledger, readRange, tuneForAppends } from './index.js';

let store: SharedLedger;
beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());

/** Keeps a ledger's queue from ever being empty, as an import does. @returns what ends it, and tells how many it appended */
function keepBusy(ledger: Ledger, timeline: string): () => Promise<number> {
  let over = false;
  let serial = 0;
  const feed = async () => {
    while (!over) {
      const group = Array.from({ length: 100 }, () => proposal(`p${serial++}`, `s${serial % 50}`));
      await ledger.append(timeline, group, 'local');
    }
  };
  const feeding = Promise.all([feed(), feed(), feed(), feed()]);
  return async () => {
    over = true;
    await feeding;
    return serial;
  };
}

it('ledgers take turns where there are fewer connections than ledgers that append', async () => {
  const ledger = store.aProcess(Date.now, { writers: tuneForAppends(store.pool({ max: 6 })) });
  const busy = await Promise.all(Array.from({ length: 6 }, () => store.newTimeline()));
  const quiet = await store.newTimeline();
  const ends = busy.map((timeline) => keepBusy(ledger, timeline));
  await ledger.append(quiet, [proposal('before')], 'local').catch(() => undefined);
  const began = performance.now();
  const answered = await ledger.append(quiet, [proposal('q')], 'local').catch((error: unknown) => error);
  const took = performance.now() - began;
  const sent = await Promise.all(ends.map((end) => end()));
  expect(answered).toEqual([expect.objectContaining({ id: 'q' })]);
  expect(took).toBeLessThan(2_000);
  // Nobody lost by it.
  const kept = busy.map((timeline) => readRange(store.readers, timeline, 0, 1_000_000));
  expect((await Promise.all(kept)).map((entries) => entries.length)).toEqual(sent);
}, 60_000);
