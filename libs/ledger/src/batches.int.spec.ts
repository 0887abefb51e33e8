import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { noCompanion } from '../../../test/support/no-companion.js';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';
import { CommitHints, type Companion, readRange, readStreams } from './index.js';

let store: SharedLedger;
let timeline = '';

beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());
beforeEach(async () => {
  timeline = await store.newTimeline();
});

describe('a group', () => {
  it('is recorded whole or not at all, and the groups beside it stand', async () => {
    const ledger = store.aProcess();
    await ledger.append(timeline, [proposal('taken', 's', { n: 1 })], 'local');
    const outcomes = await Promise.allSettled([
      ledger.append(timeline, [proposal('x1'), proposal('x2')], 'local'),
      ledger.append(timeline, [proposal('y1'), proposal('taken', 's', { n: 2 }), proposal('y2')], 'local'),
      ledger.append(timeline, [proposal('z1')], 'local'),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const stored = await readStreams(store.readers, timeline, ['s'], 100);
    expect(stored.map(({ id, position, version }) => [id, position, version])).toEqual([
      ['taken', 0, 1],
      ['x1', 1, 2],
      ['x2', 2, 3],
      ['z1', 3, 4],
    ]);
  });
});

describe('a group that cannot be planned', () => {
  it('fails alone: what is on its way is answered, and what was to go with it goes without', async () => {
    const companion: Companion<object, null> = {
      open: (of) => ({
        ...noCompanion.open(of),
        load: async (proposals) => {
          if (proposals.some(({ id }) => id === 'illegible')) throw new SyntaxError('no JSON');
        },
      }),
    };
    const ledger = store.aProcess(Date.now, { companion });
    await ledger.append(timeline, [proposal('first')], 'local');
    const holder = await store.readers.connect();
    await holder.query('begin');
    await holder.query('select from ledger_head where timeline = $1 for update', [timeline]);
    const appending = ['sent', 'illegible', 'beside'].map((id) =>
      ledger.append(timeline, [proposal(id)], 'local'),
    );
    const outcomes = Promise.allSettled(appending);
    await sleep(100);
    await holder.query('commit');
    holder.release();
    expect(await outcomes).toMatchObject([
      { status: 'fulfilled', value: [{ id: 'sent', position: 1 }] },
      { status: 'rejected', reason: { name: 'SyntaxError' } },
      { status: 'fulfilled', value: [{ id: 'beside', position: 2 }] },
    ]);
  });
});

describe('who is told of commits', () => {
  it('keeps nobody by throwing from the answer to what is recorded', async () => {
    const hints = new CommitHints(store.readers);
    const ledger = store.aProcess(Date.now, { hints });
    hints.once('commit', () => {
      throw new Error('who listens is at fault');
    });
    expect(await ledger.append(timeline, [proposal('a')], 'local')).toMatchObject([{ position: 0 }]);
    await sleep(0);
    expect(await ledger.append(timeline, [proposal('b')], 'local')).toMatchObject([{ position: 1 }]);
  });
});

describe('a batch behind another', () => {
  it('is sent as soon as half as much waits as that one holds, and not before', async () => {
    const ledger = store.aProcess();
    await ledger.append(timeline, [proposal('first')], 'local');
    const queuedIs = async (count: number) => {
      for (const until = Date.now() + 10_000; ledger.counts.queued !== count; await sleep(5))
        if (Date.now() > until) throw new Error(`${ledger.counts.queued} are queued`);
    };
    const holder = await store.readers.connect();
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
    const ledger = store.aProcess();
    const group = Array.from({ length: 20 }, (_, i) => proposal(`together${i}`));
    const under = [
      ledger.append(timeline, group, 'local'),
      ledger.append(timeline, [proposal('single')], 'local'),
    ];
    const answers = await Promise.all(under);
    expect(answers.at(-1)).toMatchObject([{ id: 'single', position: 20 }]);
  });
});

describe('whole batches that wait', () => {
  /** Groups that fill a batch each; `own` marks a process's. */
  const groups = (own: string, count: number) =>
    Array.from({ length: count }, (_, group) =>
      Array.from({ length: 64 }, (_, i) => proposal(`${own}${group}-${i}`, `s${i % 3}`, { own, group, i })),
    );
  const expectWhole = async (size: number) => {
    const stored = await readRange(store.readers, timeline, 0, size + 1);
    expect(stored.map(({ position }) => position)).toEqual(Array.from({ length: size }, (_, i) => i));
    expect(new Set(stored.map(({ id }) => id)).size).toBe(size);
    for (const { id, payload } of stored) {
      const { own, group, i } = JSON.parse(payload!.toString()) as { own: string; group: number; i: number };
      expect(id).toBe(`${own}${group}-${i}`);
    }
    return stored;
  };

  it('are three in flight: one is written, and two are with the server', async () => {
    const ledger = store.aProcess();
    const holder = await store.readers.connect();
    await holder.query('begin');
    await holder.query('select from ledger_head where timeline = $1 for update', [timeline]);
    const under = groups('a', 6).map((group) => ledger.append(timeline, group, 'local'));
    for (const until = Date.now() + 10_000; ledger.counts.queued !== 3 * 64; await sleep(5))
      if (Date.now() > until) throw new Error(`${ledger.counts.queued} are queued`);
    await sleep(100);
    expect(ledger.counts.queued).toBe(3 * 64);
    await holder.query('commit');
    holder.release();
    await Promise.all(under);
    await expectWhole(6 * 64);
  });

  it('of two processes are each written once, and what is told of them is what is stored', async () => {
    const processes = ['a', 'b'].map((own) => ({ own, ledger: store.aProcess() }));
    const told = await Promise.all(
      processes.flatMap(({ own, ledger }) =>
        groups(own, 12).map((group) => ledger.append(timeline, group, 'local')),
      ),
    );
    const stored = await expectWhole(2 * 12 * 64);
    for (const { id, position, leafHash } of told.flat())
      expect(stored[position]).toMatchObject({ id, leafHash });
  }, 30_000);

  it('are each written once where their connection is lost', async () => {
    const ledger = store.aProcess();
    const under = groups('a', 12).map((group) => ledger.append(timeline, group, 'local'));
    await sleep(20);
    await store.readers.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database() and query like '%ledger_head%'`,
    );
    await Promise.all(under);
    await expectWhole(12 * 64);
  }, 30_000);
});

describe('a lost connection', () => {
  it('fails what was under way and nothing after it', async () => {
    const ledger = store.aProcess();
    await ledger.append(timeline, [proposal('a')], 'local');
    const under = Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => ledger.append(timeline, [proposal(`b${i}`, 's', { i })], 'local')),
    );
    await store.readers.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database() and query like '%ledger_head%'`,
    );
    const outcomes = await under;
    const [after] = await ledger.append(timeline, [proposal('c', 's', { c: 1 })], 'local');
    const stored = await readRange(store.readers, timeline, 0, 1_000);
    const ids = new Set(stored.map(({ id }) => id));
    outcomes.forEach(({ status }, i) => {
      if (status === 'fulfilled') expect(ids.has(`b${i}`)).toBe(true);
    });
    expect(after!.position).toBe(stored.length - 1);
    expect(stored.map(({ version }) => version)).toEqual(stored.map((_, i) => i + 1));
  });
});
