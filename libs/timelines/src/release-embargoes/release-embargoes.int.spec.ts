import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { builtInKinds, type Content } from '#libs/chronology';
import { CommitHints, Ledger } from '#libs/ledger';
import { FoldIsNewer, situationsCompanion } from '#libs/situations';
import { openStore, openTimeline, type Store } from '../../../../test/support/recorded-history.js';
import { ReleaseEmbargoes } from './release-embargoes.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const begin = Date.UTC(2025, 8, 1);

/** As a service has it that was just started. */
const openAnew = () =>
  new Ledger<Content>({
    ...{ writers: store.writers, readers: store.readers, hints: new CommitHints(store.readers) },
    companion: situationsCompanion(store.readers, builtInKinds),
    clock: () => begin,
  });

async function embargo(timeline: string, count: number, embargoedUntil: string): Promise<void> {
  await openTimeline(store, timeline);
  const proposals = Array.from({ length: count }, (_, n) => {
    const content: Content = {
      ...{ id: `${timeline}-${n}`, type: 'reward.offered', matter: 'm', title: 'T', occurred: '2025' },
      ...{ timezone: 'UTC', mode: 'actual', assertion: 'reported', embargoedUntil },
      attribution: { by: 'us', record: 'on-record' },
    };
    return { id: content.id, freshId: false, stream: 'm', content };
  });
  await openAnew().append(timeline, proposals, 'local');
}

it('embargoes that cannot be lifted keep no later one, however many they are', async () => {
  await embargo('stuck', 501, '2025-09-02T00:00:00Z');
  await embargo('free', 1, '2025-09-03T00:00:00Z');
  await store.readers.query(`update projection set fold_version = 1000 where timeline = 'stuck'`);
  const releases = new ReleaseEmbargoes(openAnew(), store.readers, () => begin + 7 * 86_400_000);
  const { lifted, failures, wait } = await releases.execute();
  expect([lifted, failures.length, wait]).toEqual([1, 501, null]);
  expect(failures[0]!.error).toBeInstanceOf(FoldIsNewer);
}, 60_000);

it('lifts none that is over by the clock of this process alone', async () => {
  const now = Date.now();
  await embargo('fast', 1, new Date(now + 3_600_000).toISOString());
  const { lifted, wait, skew } = await new ReleaseEmbargoes(
    openAnew(),
    store.readers,
    () => now + 2 * 3_600_000,
  ).execute();
  expect(lifted).toBe(0);
  expect(wait).toBeGreaterThan(3_500_000);
  expect(wait).toBeLessThanOrEqual(3_600_000);
  expect(skew).toBeGreaterThan(7_100_000);
  const onTime = await new ReleaseEmbargoes(openAnew(), store.readers, Date.now).execute();
  expect(onTime.skew).toBeLessThan(1_000);
});
