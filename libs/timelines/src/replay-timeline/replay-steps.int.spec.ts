import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { builtInKinds, type Content, type KindTable } from '#libs/chronology';
import { CommitHints, Ledger } from '#libs/ledger';
import { parkedMatters, readStanding, situationsCompanion } from '#libs/situations';
import { openStore, openTimeline, type Store } from '../../../../test/support/recorded-history.js';
import type { Point } from '../point.js';
import { replaySteps } from './replay-steps.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

it('a step whose fold fails is parked for the reason that the read models keep', async () => {
  const { readers, writers } = store;
  const kinds: KindTable = new Map(
    [...builtInKinds].map(([name, kind]) => [
      name,
      {
        ...kind,
        get phases(): never {
          throw new Error('a broken table of kinds');
        },
      },
    ]),
  );
  await openTimeline(store, 'story');
  const companion = situationsCompanion(readers, kinds);
  const ledger = new Ledger<Content>({
    ...{ readers, writers, companion, hints: new CommitHints(readers), clock: () => 0 },
  });
  const content: Content = {
    ...{ id: 'a', type: 'reward.offered', matter: 'm', title: 'T', occurred: '2025', timezone: 'UTC' },
    ...{ mode: 'actual', assertion: 'reported', attribution: { by: 'us', record: 'on-record' } },
  };
  await ledger.append('story', [{ id: 'a', freshId: false, stream: 'm', content }], 'local');
  const { models } = await readStanding(readers, 'story');
  const [parked] = await parkedMatters(readers, models);
  const point = { timeline: { slug: 'story' }, knownAt: 0 } as Point;
  const { value: step } = await replaySteps(readers, kinds, point).next();
  expect(step).toMatchObject({ id: 'a', parked: parked!.reason });
});
