import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { builtInKinds, type Content } from '#libs/chronology';
import { silentLog } from '#libs/database';
import { CommitHints, Ledger } from '#libs/ledger';
import { garble } from '../../../test/support/forgery.js';
import { holdTable } from '../../../test/support/held-table.js';
import { openStore, openTimeline, type Store } from '../../../test/support/recorded-history.js';
import { LogIndexer, situationsCompanion } from './index.js';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

it('a log that cannot be read is told of, and keeps no other from its index', async () => {
  const { readers, writers } = store;
  const hints = new CommitHints(readers);
  const companion = situationsCompanion(readers, builtInKinds);
  const ledger = new Ledger<Content>({ readers, writers, companion, hints, clock: () => 0 });
  const said: string[] = [];
  const indexer = new LogIndexer(readers, hints, { info: () => {}, warn: (line) => said.push(line) });
  indexer.start();
  await garble(store.database.ownerUrl, 'illegible');
  for (const [timeline, id] of [
    ['first', 'illegible'],
    ['second', 'legible'],
  ] as const) {
    await openTimeline(store, timeline);
    const content: Content = {
      ...{ id, type: 'reward.offered', matter: 'm', title: id, occurred: '2025', timezone: 'UTC' },
      ...{ mode: 'actual', assertion: 'reported', attribution: { by: 'us', record: 'on-record' } },
    };
    await ledger.append(timeline, [{ id, freshId: false, stream: 'm', content }], 'local');
  }
  const indexed = async () => {
    const { rows } = await readers.query('select timeline from development');
    return rows;
  };
  for (let i = 0; i < 100 && (await indexed()).length === 0; i++) await sleep(50);
  await indexer.close();
  expect(await indexed()).toEqual([{ timeline: 'second' }]);
  expect(said).toEqual([expect.stringMatching(/^The log of first could not be indexed: SyntaxError/)]);
}, 30_000);

it('what waits for the database is one step, however long it waits, and an end comes right behind it', async () => {
  const hints = new CommitHints(store.readers);
  const indexer = new LogIndexer(store.readers, hints, silentLog);
  const held = await holdTable(store.database.ownerUrl, 'log_index');
  indexer.start();
  hints.emit('commit', 'third', 1);
  await held.wanted();
  await sleep(2_000);
  const closed = indexer.close().then(() => 'closed');
  await held.cutWaiting();
  expect(await Promise.race([closed, sleep(3_000, 'waiting again')])).toBe('closed');
  await held.letGo();
}, 30_000);
