import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { builtInKinds, type Content } from '#libs/chronology';
import { silentLog } from '#libs/database';
import { CommitHints, Ledger, type Proposal, readRange, Run } from '#libs/ledger';
import { garble } from '../../../test/support/forgery.js';
import { holdTable } from '../../../test/support/held-table.js';
import { report } from '../../../test/support/naive/handmade.js';
import { openStore, openTimeline, type Store } from '../../../test/support/recorded-history.js';
import { FreshRows } from './fresh-rows.js';
import { indexedSize, indexLog, indexRowsApart, LogIndexer, situationsCompanion } from './index.js';
import { indexPage, LogIndex } from './log-index.js';

let store: Store;
beforeAll(async () => (store = await openStore()));
afterAll(() => store.close());

let serial = 0;
let timeline: string;
beforeEach(async () => (timeline = await openTimeline(store, `t${serial++}`)));

const running: LogIndexer[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((indexer) => indexer.close()));
});

describe('many developments that come one behind the other', () => {
  it('are indexed as they are written, from memory but for the first of them', async () => {
    const one = processOf();
    const page = indexPage;
    for (let n = 1; n <= 8; n++) {
      await append(one.ledger, bulk(page));
      if (n === 1) await untilIndexed(page);
    }
    await untilIndexed(8 * page);
    // Where the index stands is looked up when the first page is there, and again where it was quiet for half a second.
    expect(one.asked('read-texts')).toBeLessThan(4);
    expect(await index()).toEqual({ size: 8 * page, rows: upTo(8 * page), apart: [] });
  });

  it('are indexed when no more of them come, also those that make no page', async () => {
    const one = processOf();
    await append(one.ledger, bulk(3));
    await untilIndexed(3);
    await append(one.ledger, bulk(2));
    await untilIndexed(5);
    expect(await index()).toEqual({ size: 5, rows: upTo(5), apart: [] });
  });

  it('are indexed behind a log that is not indexed yet', async () => {
    const one = processOf();
    for (let n = 0; n < 3; n++) await append(one.ledger, single());
    await append(one.ledger, bulk(2));
    await untilIndexed(5);
    expect(await index()).toEqual({ size: 5, rows: upTo(5), apart: [] });
  });

  it('have those of others that come between them indexed with them', async () => {
    const one = processOf();
    await append(one.ledger, bulk(1));
    await untilIndexed(1);
    for (let n = 1; n < 40; n += 3)
      await Promise.all([
        append(one.ledger, bulk(1)),
        append(one.ledger, single()),
        append(one.ledger, bulk(1)),
      ]);
    await untilIndexed(40);
    expect(one.asked('read-texts')).toBeLessThan(4);
    expect(await index()).toEqual({ size: 40, rows: upTo(40), apart: [] });
  });

  it('are indexed once where two processes record them', async () => {
    const one = processOf();
    const other = processOf();
    for (let n = 0; n < 5; n++)
      await Promise.all([append(one.ledger, bulk(20)), append(other.ledger, bulk(20))]);
    await indexLog(store.readers, timeline, 200);
    expect(await index()).toEqual({ size: 200, rows: upTo(200), apart: [] });
  });

  it('are indexed as far as they are recorded, where another is refused', async () => {
    const one = processOf();
    const proposals = [...bulk(2), ...bulk(1), ...bulk(1)];
    proposals[2] = { ...proposals[2]!, id: proposals[0]!.id };
    await expect(one.ledger.append(timeline, proposals, 'local', new Run())).rejects.toThrow();
    await untilIndexed(2);
    expect(await index()).toEqual({ size: 2, rows: [0, 1], apart: [] });
  });

  it('are indexed before their indexer closes', async () => {
    const one = processOf({ indexesBulk: false });
    await append(one.ledger, bulk(3));
    await indexLog(store.readers, timeline, 1);
    // More are on their way, so these wait for a page of them.
    one.indexer.take(timeline, taken(0, 3));
    await one.close();
    expect(await index()).toEqual({ size: 3, rows: upTo(3), apart: [] });
  });

  it('let their indexer close, where much more would have to be indexed first', async () => {
    const one = processOf({ indexesBulk: false });
    for (let n = 0; n < 3; n++) await append(one.ledger, bulk(indexPage));
    one.indexer.take(timeline, taken(3 * indexPage - 1, 1));
    await one.close();
    expect(await index()).toMatchObject({ size: indexPage, apart: [] });
  });

  it('have no row of what is redacted among them', async () => {
    const one = processOf();
    const [redacted, ...others] = bulk(3);
    const redaction = redactionOf(redacted!).map((proposal) => ({ ...proposal, bulk: true as const }));
    await append(one.ledger, [redacted!, ...others, ...redaction]);
    await untilIndexed(4);
    expect(await index()).toEqual({ size: 4, rows: [1, 2, 3], apart: [] });
  });

  it('are told of where rows cannot be made of them, or read back where they are too many to keep', async () => {
    const said: string[] = [];
    const one = processOf({ warn: (line) => said.push(line), indexesBulk: false });
    const rows = () => {
      throw new Error('no rows');
    };
    one.indexer.take(timeline, { ...taken(0, 6_000), rows });
    expect(said).toEqual([]);
    one.indexer.take(timeline, { ...taken(6_000, 1), rows });
    expect(said).toEqual([expect.stringMatching('could not be indexed: Error: no rows')]);
    await one.close();
  });
});

describe('rows that are in memory', () => {
  it('are not indexed where what they are of was redacted since, by whomever', async () => {
    const one = processOf({ indexesBulk: false });
    const { fresh, index: ofLog } = await standingAt(one.ledger, 2);
    const proposals = single();
    await append(one.ledger, proposals);
    await append(one.ledger, redactionOf(proposals[0]!));
    fresh.put(2, [rowOf(2, 'destroyed'), rowOf(3, 'a decision')]);
    await ofLog.reach(4);
    expect(await index()).toEqual({ size: 4, rows: [0, 1, 3], apart: [] });
  });

  it('are not believed of what was recorded before the index was looked up', async () => {
    const one = processOf({ indexesBulk: false });
    await append(one.ledger, single());
    await append(one.ledger, single());
    const fresh = new FreshRows();
    const ofLog = new LogIndex(store.readers, timeline, fresh);
    await ofLog.reach(1);
    fresh.put(1, [rowOf(1, 'somewhere else')]);
    await ofLog.reach(2);
    expect(await index()).toEqual({ size: 2, rows: [0, 1], apart: [] });
  });

  it('are read instead where somebody else has indexed some of them', async () => {
    const one = processOf({ indexesBulk: false });
    const { fresh, index: ofLog } = await standingAt(one.ledger, 2);
    for (let n = 2; n < 5; n++) await append(one.ledger, single());
    // The last of them of what was lost with a database that was restored since.
    fresh.put(
      2,
      ['a', 'b', 'c', 'lost'].map((matter, n) => rowOf(2 + n, matter)),
    );
    await indexLog(store.readers, timeline, 3);
    await ofLog.reach(5);
    expect(fresh.length).toBe(0);
    expect(await index()).toEqual({ size: 5, rows: upTo(5), apart: [] });
  });

  it('are not indexed where the ledger has lost what they are of, nor is anything beyond its head', async () => {
    const one = processOf({ indexesBulk: false });
    const { fresh, index: ofLog } = await standingAt(one.ledger, 2);
    fresh.put(2, [rowOf(2, 'lost'), rowOf(3, 'lost')]);
    await ofLog.reach(4);
    expect(await index()).toEqual({ size: 2, rows: [0, 1], apart: [] });
    await append(one.ledger, single());
    await indexLog(store.readers, timeline, 10);
    expect(await index()).toEqual({ size: 3, rows: [0, 1, 2], apart: [] });
  });

  async function standingAt(ledger: Ledger<Content>, size: number) {
    for (let n = 0; n < size; n++) await append(ledger, single());
    const fresh = new FreshRows();
    const ofLog = new LogIndex(store.readers, timeline, fresh);
    await ofLog.reach(size);
    return { fresh, index: ofLog };
  }
});

it('a log that cannot be read is told of, and keeps no other from its index', async () => {
  const said: string[] = [];
  const one = processOf({ warn: (line) => said.push(line), indexesBulk: false });
  const restore = await garble(store.database.ownerUrl, 'illegible');
  const legible = await openTimeline(store, `${timeline}-legible`);
  for (const [of, id] of [
    [timeline, 'illegible'],
    [legible, 'legible'],
  ] as const) {
    await one.ledger.append(of, single(id), 'local');
    one.hints.emit('commit', of, 1);
  }
  await untilIndexed(1, legible);
  await one.close();
  await restore();
  expect(await indexedSize(store.readers, timeline)).toBe(0);
  expect(said).toEqual([expect.stringMatching(`^The log of ${timeline} could not be indexed: SyntaxError`)]);
}, 30_000);

it('what waits for the database is one step, however long it waits, and an end comes right behind it', async () => {
  const one = processOf();
  const held = await holdTable(store.database.ownerUrl, 'log_index');
  one.hints.emit('commit', timeline, 1);
  await held.wanted();
  await sleep(2_000);
  const closed = one.close().then(() => 'closed');
  await held.cutWaiting();
  expect(await Promise.race([closed, sleep(3_000, 'waiting again')])).toBe('closed');
  await held.letGo();
}, 30_000);

/** A process that records, and its indexer, which hears of no commit but by being told. */
function processOf({
  warn = () => {},
  indexesBulk = true,
}: { warn?: (line: string) => void; indexesBulk?: boolean } = {}) {
  const { pool: readers, asked } = counting(store.readers);
  const hints = new CommitHints(readers);
  const indexer = new LogIndexer(readers, hints, { ...silentLog, warn });
  indexer.start();
  const companion = situationsCompanion(readers, builtInKinds, indexesBulk ? { indexer } : {});
  const ledger = new Ledger<Content>({ readers, writers: store.writers, companion, hints, clock: () => 0 });
  running.push(indexer);
  return { ledger, hints, indexer, asked, close: () => indexer.close() };
}

/** A pool that counts how often each of its questions was asked. */
function counting(pool: Pool): { pool: Pool; asked: (name: string) => number } {
  const counts = new Map<string, number>();
  const query = (question: { name?: string }, ...rest: unknown[]): unknown => {
    const name = question.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return (pool.query as (...all: unknown[]) => unknown).call(pool, question, ...rest);
  };
  const counted = new Proxy(pool, {
    get: (target, key) => (key === 'query' ? query : (Reflect.get(target, key) as unknown)),
  });
  return { pool: counted, asked: (name) => counts.get(name) ?? 0 };
}

let made = 0;

function single(id = `d${made++}`): Proposal<Content>[] {
  const content = report(id, 'deployment.announced', '2025-02-01', { text: `Words of ${id}` });
  return [{ id, freshId: false, stream: content.matter, content }];
}

function bulk(count: number): Proposal<Content>[] {
  return Array.from({ length: count }, () => ({ ...single()[0]!, bulk: true }));
}

function redactionOf({ id, stream }: Proposal<Content>): Proposal<Content>[] {
  const content: Content = {
    ...{ id: `redact ${id}`, type: 'record.redacted', matter: stream, target: id, reason: 'The law' },
    attribution: { by: 'us', record: 'on-record' },
  };
  return [{ id: content.id, freshId: false, stream, content, destroys: true }];
}

const rowOf = (position: number, matter: string) => ({
  ...{ position, earliest: null, latest: null, matter, begins: null, terms: ['words'] },
});

/** What an indexer is told of entries from position `from` on. */
const taken = (from: number, entries: number) => ({
  ...{ from, bulk: true, entries },
  rows: () => Array.from({ length: entries }, (_, index) => rowOf(from + index, 'm')),
});

const append = (ledger: Ledger<Content>, proposals: Proposal<Content>[]) =>
  ledger.append(timeline, proposals, 'local');

async function untilIndexed(size: number, of = timeline): Promise<void> {
  while ((await indexedSize(store.readers, of)) < size) await sleep(10);
}

const upTo = (size: number) => Array.from({ length: size }, (_, position) => position);

/** How far the index is, what has a row, and what has not the row that its entry gives. */
async function index() {
  const { readers } = store;
  const { rows } = await readers.query<{ position: number }>(
    'select position from development where timeline = $1 order by position',
    [timeline],
  );
  const size = await indexedSize(readers, timeline);
  const apart = await indexRowsApart(readers, timeline, await readRange(readers, timeline, 0, 10_000));
  return { size, rows: rows.map(({ position }) => position), apart };
}
