import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool, QueryConfig } from 'pg';
import { createPool, type PoolSettings, silentLog, withStartupOption } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  CommitHints,
  ConflictingId,
  follow,
  GroupRefused,
  Ledger,
  type LedgerSettings,
  noCompanion,
  openLedger,
  positionAt,
  type Proposal,
  readRange,
  readStreams,
  tuneForAppends,
  UnknownTimeline,
  VersionMismatch,
} from './index.js';
import { leafHash } from '#libs/transparency';
import { payloadDigest } from './entry.js';

let database: TestDatabase;
let readers: Pool;
const opened: Pool[] = [];
let timeline = '';
let serial = 0;

function pool(own: Partial<PoolSettings> = {}): Pool {
  const made = createPool({ url: database.url, applicationName: 'test', log: silentLog, ...own });
  opened.push(made);
  return made;
}

/** What one service process has: pools and caches of its own. */
function aProcess(clock: () => number = Date.now, own: Partial<LedgerSettings<object, null>> = {}): Ledger {
  return new Ledger({
    writers: tuneForAppends(pool()),
    readers,
    companion: noCompanion,
    hints: new CommitHints(readers),
    clock,
    ...own,
  }) as Ledger;
}

function proposal(id: string, stream = 's', content: object = { id }, expectedVersion?: number): Proposal {
  return { id, freshId: false, stream, content, ...(expectedVersion !== undefined && { expectedVersion }) };
}

beforeAll(async () => {
  database = await createTestDatabase();
  readers = pool();
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.end()));
  await database.drop();
});
beforeEach(async () => {
  timeline = `t${serial++}`;
  const client = await readers.connect();
  await openLedger(client, timeline);
  client.release();
});

async function reasonOf(appending: Promise<unknown>): Promise<unknown> {
  const refused = await appending.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(GroupRefused);
  return (refused as GroupRefused).cause;
}

describe('appending', () => {
  it('gives gapless positions, consecutive versions, and answers what is stored', async () => {
    const ledger = aProcess();
    const first = await ledger.append(
      timeline,
      [proposal('a'), proposal('b', 'other'), proposal('c')],
      'local',
    );
    expect(first.map(({ position, version }) => [position, version])).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
    ]);
    const stored = await readRange(readers, timeline, 0, 10);
    expect(stored.map(({ id, leafHash }) => [id, leafHash])).toEqual(
      first.map(({ id, leafHash }) => [id, leafHash]),
    );
  });

  it('stores the bytes that were hashed', async () => {
    await aProcess().append(timeline, [proposal('ü', 's', { z: 1, a: 'ü' })], 'key1');
    const [entry] = await readRange(readers, timeline, 0, 1);
    expect(entry!.payload!.toString()).toBe('{"a":"ü","version":1,"z":1}');
    expect(JSON.parse(entry!.entry.toString())).toEqual({
      v: 1,
      timeline,
      position: 0,
      recordedAt: new Date(entry!.recordedAt).toISOString(),
      recordedBy: 'key1',
      payloadDigest: payloadDigest(entry!.salt!, entry!.payload!).toString('base64'),
    });
    expect(entry!.leafHash).toEqual(leafHash(entry!.entry));
    expect(entry!.salt).toHaveLength(32);
  });

  it('stores them also of statements under way at once, some larger than the room that they share', async () => {
    const ledger = aProcess();
    const sizes = Array.from({ length: 60 }, (_, i) => (i % 7 === 3 ? 90_000 : 10 * i));
    const contents = sizes.map((size, i) => ({
      id: `sized${i}`,
      text: String.fromCodePoint(0x61 + (i % 26)).repeat(size),
    }));
    await Promise.all(
      contents.map((content) => ledger.append(timeline, [proposal(content.id, 's', content)], 'local')),
    );
    // In two halves, none of which had to be sent again.
    expect(ledger.counts).toEqual({ entries: 60, batches: 2, queued: 0 });
    for (const { id, payload, salt, entry, leafHash: leaf } of await readRange(readers, timeline, 0, 60)) {
      expect(JSON.parse(payload!.toString())).toMatchObject(contents.find((content) => content.id === id)!);
      expect(JSON.parse(entry.toString())).toMatchObject({
        payloadDigest: payloadDigest(salt!, payload!).toString('base64'),
      });
      expect(leaf).toEqual(leafHash(entry));
    }
  });

  it('never lets recordedAt decrease, whatever the clock does', async () => {
    let now = 5_000;
    const ledger = aProcess(() => now);
    await ledger.append(timeline, [proposal('a')], 'local');
    now = 3_000;
    const [late] = await ledger.append(timeline, [proposal('b')], 'local');
    expect(late!.recordedAt).toBe(5_000);
    now = 7_000;
    await ledger.append(timeline, [proposal('c'), proposal('d')], 'local');
    expect(await positionAt(readers, timeline, 4_999)).toBeNull();
    expect(await positionAt(readers, timeline, 6_999)).toBe(1);
    expect(await positionAt(readers, timeline, 7_000)).toBe(3);
  });

  it('plans its statement once, also where the address brings options of its own', async () => {
    const url = withStartupOption(database.url, '-c work_mem=8MB');
    // At most one connection, so that the one that appended is the one that is asked.
    const writers = tuneForAppends(pool({ url, max: 1 }));
    const ledger = aProcess(Date.now, { writers });
    for (const id of ['a', 'b', 'c']) await ledger.append(timeline, [proposal(id)], 'local');
    const { rows } = await writers.query(
      `select generic_plans::int4 as generic, custom_plans::int4 as custom, current_setting('work_mem') as memory
       from pg_prepared_statements where name like 'append-batch %'`,
    );
    expect(rows).toEqual([{ generic: 3, custom: 0, memory: '8MB' }]);
  });

  it('refuses a timeline that does not exist', async () => {
    await expect(aProcess().append('nowhere', [proposal('a')], 'local')).rejects.toBeInstanceOf(
      UnknownTimeline,
    );
  });
});

describe('a repeated id', () => {
  it('with the same content gets the first receipt, from this process and from another', async () => {
    const here = aProcess();
    const [first] = await here.append(timeline, [proposal('a', 's', { id: 'a', n: 1, m: 2 })], 'local');
    for (const ledger of [here, aProcess()]) {
      const [again] = await ledger.append(timeline, [proposal('a', 's', { m: 2, n: 1, id: 'a' })], 'local');
      expect(again).toEqual({ ...first, duplicate: true });
    }
  });

  it('with other content is a conflict, from this process and from another', async () => {
    const here = aProcess();
    await here.append(timeline, [proposal('a', 's', { n: 1 })], 'local');
    for (const ledger of [here, aProcess()]) {
      const reason = await reasonOf(ledger.append(timeline, [proposal('a', 's', { n: 2 })], 'local'));
      expect(reason).toBeInstanceOf(ConflictingId);
    }
  });

  it('is answered before its expected version is looked at', async () => {
    const ledger = aProcess();
    await ledger.append(timeline, [proposal('a', 's', { n: 1 }, 0)], 'local');
    const [again] = await ledger.append(timeline, [proposal('a', 's', { n: 1 }, 0)], 'local');
    expect(again!.duplicate).toBe(true);
  });

  it('posted by twenty at once is recorded once', async () => {
    const ledgers = [aProcess(), aProcess()];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => ledgers[i % 2]!.append(timeline, [proposal('a')], 'local')),
    );
    expect(answers.filter(([answer]) => !answer!.duplicate)).toHaveLength(1);
    expect(new Set(answers.map(([answer]) => answer!.leafHash.toString('hex'))).size).toBe(1);
  });
});

describe('what a process has not seen', () => {
  /** It has looked up once and found nothing: from here on it presumes. `asked` gets the names of its look-ups. */
  async function presuming(asked: string[] = []): Promise<Ledger> {
    const listening = Object.create(readers) as Pool;
    listening.query = ((query: QueryConfig) => {
      asked.push(query.name!);
      return readers.query(query);
    }) as Pool['query'];
    const ledger = aProcess(Date.now, { readers: listening, lookUps: 1 });
    const n = serial++;
    await ledger.append(timeline, [proposal(`first-${n}`, `first-${n}`)], 'local');
    asked.length = 0;
    return ledger;
  }

  it('is presumed to be new, and the database is not asked', async () => {
    const asked: string[] = [];
    const ledger = await presuming(asked);
    const [one] = await ledger.append(timeline, [proposal('a', 'new')], 'local');
    expect([one!.position, one!.version]).toEqual([1, 1]);
    expect(asked).toEqual([]);
  });

  it('is looked up where it was recorded by another: a repeat, a conflict, and the next version', async () => {
    const [first] = await aProcess().append(timeline, [proposal('a', 's', { n: 1 })], 'local');
    const repeated = await (await presuming()).append(timeline, [proposal('a', 's', { n: 1 })], 'local');
    expect(repeated).toEqual([{ ...first, duplicate: true }]);
    const conflicting = (await presuming()).append(timeline, [proposal('a', 'else', { n: 2 })], 'local');
    expect(await reasonOf(conflicting)).toBeInstanceOf(ConflictingId);
    const [next] = await (await presuming()).append(timeline, [proposal('b', 's')], 'local');
    expect(next!.version).toBe(2);
  });

  it('is no reason to refuse: the version that was expected is there', async () => {
    await aProcess().append(timeline, [proposal('a', 's')], 'local');
    const ledger = await presuming();
    const [next] = await ledger.append(timeline, [proposal('b', 's', { n: 1 }, 1)], 'local');
    expect(next!.version).toBe(2);
    const reason = await reasonOf((await presuming()).append(timeline, [proposal('c', 's', {}, 1)], 'local'));
    expect(reason).toMatchObject({ expectedVersion: 1, currentVersion: 2 });
  });

  it('fails nobody else: what goes in the same batches is recorded once, and so is what repeats', async () => {
    const [first] = await aProcess().append(timeline, [proposal('old', 's', { n: 1 })], 'local');
    const ledger = await presuming();
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        ledger.append(
          timeline,
          [i === 40 ? proposal('old', 's', { n: 1 }) : proposal(`n${i}`, `s${i}`)],
          'local',
        ),
      ),
    );
    expect(answers[40]).toEqual([{ ...first, duplicate: true }]);
    const stored = await readRange(readers, timeline, 0, 1_000);
    expect(stored.map(({ position }) => position)).toEqual(Array.from({ length: 61 }, (_, i) => i));
  });
});

describe('a group', () => {
  it('is recorded whole or not at all, and the groups beside it stand', async () => {
    const ledger = aProcess();
    await ledger.append(timeline, [proposal('taken', 's', { n: 1 })], 'local');
    const outcomes = await Promise.allSettled([
      ledger.append(timeline, [proposal('x1'), proposal('x2')], 'local'),
      ledger.append(timeline, [proposal('y1'), proposal('taken', 's', { n: 2 }), proposal('y2')], 'local'),
      ledger.append(timeline, [proposal('z1')], 'local'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const stored = await readStreams(readers, timeline, ['s'], 100);
    expect(stored.map(({ id, position, version }) => [id, position, version])).toEqual([
      ['taken', 0, 1],
      ['x1', 1, 2],
      ['x2', 2, 3],
      ['z1', 3, 4],
    ]);
  });
});

describe('a batch behind another', () => {
  it('is sent as soon as half as much waits as that one holds, and not before', async () => {
    const ledger = aProcess();
    await ledger.append(timeline, [proposal('first')], 'local');
    const queuedIs = async (count: number) => {
      for (const until = Date.now() + 10_000; ledger.counts.queued !== count; await sleep(5))
        if (Date.now() > until) throw new Error(`${ledger.counts.queued} are queued`);
    };
    const holder = await readers.connect();
    await holder.query('begin');
    await holder.query('select from ledger_head where timeline = $1 for update', [timeline]);

    const group = Array.from({ length: 20 }, (_, i) => proposal(`together${i}`));
    const under = [ledger.append(timeline, group, 'local')];
    await queuedIs(0);
    for (let i = 0; i < 9; i++) under.push(ledger.append(timeline, [proposal(`single${i}`)], 'local'));
    await sleep(100);
    expect(ledger.counts.queued).toBe(9);
    under.push(ledger.append(timeline, [proposal('single9')], 'local'));
    await queuedIs(0);

    await holder.query('commit');
    holder.release();
    await Promise.all(under);
    expect(ledger.counts).toEqual({ entries: 31, batches: 3, queued: 0 });
  });

  it('is sent when that one is done, however little waits', async () => {
    const ledger = aProcess();
    const group = Array.from({ length: 20 }, (_, i) => proposal(`together${i}`));
    const under = [
      ledger.append(timeline, group, 'local'),
      ledger.append(timeline, [proposal('single')], 'local'),
    ];
    const answers = await Promise.all(under);
    expect(answers.at(-1)).toMatchObject([{ id: 'single', position: 20 }]);
  });
});

describe('an expected version', () => {
  it('lets one of many writers through and tells the others the current one', async () => {
    const ledgers = [aProcess(), aProcess(), aProcess()];
    await ledgers[0]!.append(timeline, [proposal('a')], 'local');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        ledgers[i % 3]!.append(timeline, [proposal(`b${i}`, 's', { i }, 1)], 'local'),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      const { cause } = outcome.reason as GroupRefused;
      expect(cause).toBeInstanceOf(VersionMismatch);
      expect(cause).toMatchObject({ expectedVersion: 1, currentVersion: 2 });
    }
  });
});

describe('several processes on one ledger', () => {
  it('leave no gap and lose nothing, while a follower sees everything once and in order', async () => {
    const ledgers = [aProcess(), aProcess()];
    const stop = new AbortController();
    const seen: number[] = [];
    const hints = new CommitHints(readers);
    await hints.listen();
    const following = (async () => {
      for await (const page of follow(readers, hints, timeline, -1, stop.signal)) {
        for (const entry of page) {
          // A row that is visible has all rows before it visible.
          seen.push(entry.position);
        }
        if (seen.length >= 600) stop.abort();
      }
    })();
    const appended = await Promise.all(
      Array.from({ length: 600 }, (_, i) =>
        ledgers[i % 2]!.append(timeline, [proposal(`d${i}`, `stream${i % 7}`, { i })], 'local'),
      ),
    );
    await following;
    hints.close();
    const positions = appended.map(([one]) => one!.position).sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 600 }, (_, i) => i));
    expect(seen).toEqual(positions);
    const stored = await readRange(readers, timeline, 0, 600);
    for (let stream = 0; stream < 7; stream++) {
      const versions = stored
        .filter((entry) => entry.stream === `stream${stream}`)
        .map(({ version }) => version);
      expect(versions).toEqual(versions.map((_, i) => i + 1));
    }
    for (const [i, entry] of stored.entries()) {
      expect(entry.recordedAt).toBeGreaterThanOrEqual(stored[Math.max(0, i - 1)]!.recordedAt);
    }
  });
});

describe('a lost connection', () => {
  it('fails what was under way and nothing after it', async () => {
    const ledger = aProcess();
    await ledger.append(timeline, [proposal('a')], 'local');
    const under = Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => ledger.append(timeline, [proposal(`b${i}`, 's', { i })], 'local')),
    );
    await readers.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database() and query like '%ledger_head%'`,
    );
    const outcomes = await under;
    const [after] = await ledger.append(timeline, [proposal('c', 's', { c: 1 })], 'local');
    const stored = await readRange(readers, timeline, 0, 1_000);
    const ids = new Set(stored.map(({ id }) => id));
    outcomes.forEach(({ status }, i) => {
      if (status === 'fulfilled') expect(ids.has(`b${i}`)).toBe(true);
    });
    expect(after!.position).toBe(stored.length - 1);
    expect(stored.map(({ version }) => version)).toEqual(stored.map((_, i) => i + 1));
  });
});

describe('the service role', () => {
  it.each(['ledger_entry', 'ledger_payload', 'ledger_tile'])(
    'cannot update, delete or truncate %s',
    async (table) => {
      await aProcess().append(timeline, [proposal('a')], 'local');
      for (const sql of [`update ${table} set timeline = '9'`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(readers.query(sql)).rejects.toThrow(/permission denied/);
      }
    },
  );

  it('shares the trigger with the owner: there too every change is refused', async () => {
    await aProcess().append(timeline, [proposal('a')], 'local');
    const owner = createPool({ url: database.ownerUrl, applicationName: 'test', log: silentLog });
    for (const table of ['ledger_entry', 'ledger_payload', 'ledger_tile']) {
      for (const sql of [`update ${table} set timeline = '9'`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(owner.query(sql)).rejects.toThrow(/append-only/);
      }
    }
    await owner.end();
  });
});
