import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { builtInKinds, type Content, foldVersion } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { CommitHints, Ledger } from '#libs/ledger';
import { dropKept, type RebuildSettings, rebuildTimeline, situationsCompanion } from '#libs/situations';
import { openStore, openTimeline, type Store } from '../../../test/support/recorded-history.js';

let store: Store;
const timelines = ['quiet', 'decided', 'rebuilt'];

beforeAll(async () => {
  store = await openStore();
  const owner = createPool({ url: store.database.ownerUrl, applicationName: 'test', log: silentLog });
  for (const table of ['slot', 'note']) await spread(table, (text) => owner.query(text));
  await owner.end();
});
afterAll(() => store.close());

/** Gives each timeline a physical table of its own, as an engine does that distributes them. */
async function spread(table: string, query: (text: string) => Promise<unknown>): Promise<void> {
  await query(`alter table ${table} rename to whole`);
  await query(`alter table whole rename constraint ${table}_pk to whole_pk`);
  await query(`create table ${table} (like whole including all) partition by list (timeline)`);
  await query(`alter table ${table} rename constraint ${table}_pkey to ${table}_pk`);
  for (const timeline of timelines)
    await query(`create table ${table}_${timeline} partition of ${table} for values in ('${timeline}')`);
  await query(`grant select, insert, update, delete on ${table} to dateline_service`);
  await query('drop table whole');
}

const about = { matter: 'm', attribution: { by: 'us', record: 'on-record' } } as const;
const world = (id: string, mode: 'actual' | 'planned', occurred: string): Content => ({
  ...{ id, type: 'deployment.reinforced', title: id, occurred, timezone: 'UTC', reportedAt: '2025-08-01' },
  ...{ mode, assertion: 'reported' },
  ...about,
});
const retraction = (target: string): Content => ({
  ...{ id: `no ${target}`, type: 'record.retracted', target, reason: 'It was not so' },
  ...about,
});

/** A timeline's slots and notes. */
async function rowsOf(timeline: string): Promise<unknown[]> {
  const { rows } = await store.readers.query(
    `select to_json(s) as row from slot s where timeline = $1
     union all select to_json(n) from note n where timeline = $1`,
    [timeline],
  );
  return rows;
}

it('read models of timelines in tables of their own are written and dropped apart', async () => {
  const ledger = new Ledger<Content>({
    ...{ writers: store.writers, readers: store.readers, hints: new CommitHints(store.readers) },
    companion: situationsCompanion(store.readers, builtInKinds),
    clock: () => Date.UTC(2025, 8, 1),
  });
  const append = (timeline: string, content: Content) =>
    ledger.append(timeline, [{ id: content.id, freshId: false, stream: 'm', content }], 'local');
  for (const timeline of timelines) {
    await openTimeline(store, timeline);
    for (const day of [1, 2, 3]) await append(timeline, world(`d${day}`, 'actual', `2025-02-0${day}`));
    await append(timeline, world('plan', 'planned', '2025-12-01'));
  }
  const before = await rowsOf('quiet');
  for (const id of ['d2', 'd3', 'plan']) await append('decided', retraction(id));
  expect(await rowsOf('quiet')).toEqual(before);
  expect(await rowsOf('decided')).toHaveLength(before.length - 2);

  const settings: RebuildSettings = {
    ...{ pool: store.writers, kinds: builtInKinds, foldVersion, clock: Date.now, patience: 0 },
  };
  await rebuildTimeline(settings, 'rebuilt');
  await dropKept(settings, 'rebuilt');
  expect(await rowsOf('quiet')).toEqual(before);
}, 60_000);
