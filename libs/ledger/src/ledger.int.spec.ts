import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { withStartupOption } from '#libs/database';
import { leafHash } from '#libs/transparency';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';
import { payloadDigest } from './entry.js';
import {
  CommitHints,
  follow,
  type GroupRefused,
  positionAt,
  readRange,
  tuneForAppends,
  UnknownTimeline,
  VersionMismatch,
} from './index.js';

let store: SharedLedger;
let timeline = '';

beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());
beforeEach(async () => {
  timeline = await store.newTimeline();
});

describe('appending', () => {
  it('gives gapless positions, consecutive versions, and answers what is stored', async () => {
    const ledger = store.aProcess();
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
    const stored = await readRange(store.readers, timeline, 0, 10);
    expect(stored.map(({ id, leafHash }) => [id, leafHash])).toEqual(
      first.map(({ id, leafHash }) => [id, leafHash]),
    );
  });

  it('is not begun on connections that keep statements back', () => {
    expect(() => store.aProcess(Date.now, { writers: store.pool() })).toThrow(/tuneForAppends/);
  });

  it('stores the bytes that were hashed', async () => {
    await store.aProcess().append(timeline, [proposal('ü', 's', { z: 1, a: 'ü' })], 'key1');
    const [entry] = await readRange(store.readers, timeline, 0, 1);
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
    const ledger = store.aProcess();
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
    for (const { id, payload, salt, entry, leafHash: leaf } of await readRange(
      store.readers,
      timeline,
      0,
      60,
    )) {
      expect(JSON.parse(payload!.toString())).toMatchObject(contents.find((content) => content.id === id)!);
      expect(JSON.parse(entry.toString())).toMatchObject({
        payloadDigest: payloadDigest(salt!, payload!).toString('base64'),
      });
      expect(leaf).toEqual(leafHash(entry));
    }
  });

  it('never lets recordedAt decrease, whatever the clock does', async () => {
    let now = 5_000;
    const ledger = store.aProcess(() => now);
    await ledger.append(timeline, [proposal('a')], 'local');
    now = 3_000;
    const [late] = await ledger.append(timeline, [proposal('b')], 'local');
    expect(late!.recordedAt).toBe(5_000);
    now = 7_000;
    await ledger.append(timeline, [proposal('c'), proposal('d')], 'local');
    expect(await positionAt(store.readers, timeline, 4_999)).toBeNull();
    expect(await positionAt(store.readers, timeline, 6_999)).toBe(1);
    expect(await positionAt(store.readers, timeline, 7_000)).toBe(3);
  });

  it('plans its statement once, also where the address brings options of its own', async () => {
    const url = withStartupOption(store.database.url, '-c work_mem=8MB');
    // At most one connection, so that the one that appended is the one that is asked.
    const writers = tuneForAppends(store.pool({ url, max: 1 }));
    const ledger = store.aProcess(Date.now, { writers });
    for (const id of ['a', 'b', 'c']) await ledger.append(timeline, [proposal(id)], 'local');
    const { rows } = await writers.query(
      `select generic_plans::int4 as generic, custom_plans::int4 as custom, current_setting('work_mem') as memory
       from pg_prepared_statements where name like 'append-batch %'`,
    );
    expect(rows).toEqual([{ generic: 3, custom: 0, memory: '8MB' }]);
  });

  it('refuses a timeline that does not exist', async () => {
    await expect(store.aProcess().append('nowhere', [proposal('a')], 'local')).rejects.toBeInstanceOf(
      UnknownTimeline,
    );
  });
});

describe('an expected version', () => {
  it('lets one of many writers through and tells the others the current one', async () => {
    const ledgers = [store.aProcess(), store.aProcess(), store.aProcess()];
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
    const ledgers = [store.aProcess(), store.aProcess()];
    const stop = new AbortController();
    const seen: number[] = [];
    const hints = new CommitHints(store.readers);
    await hints.listen();
    const following = (async () => {
      for await (const page of follow(store.readers, hints, timeline, -1, stop.signal)) {
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
    const stored = await readRange(store.readers, timeline, 0, 600);
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

describe('who follows a ledger', () => {
  it('is woken by a commit that comes in one turn with that of another timeline', async () => {
    const hints = new CommitHints(store.readers);
    const ending = new AbortController();
    const pages = follow(store.readers, hints, timeline, -1, ending.signal);
    const page = pages.next();
    // Another process, of which these hints have not heard.
    await store.aProcess().append(timeline, [proposal('a')], 'local');
    await sleep(50);
    const began = performance.now();
    hints.emit('commit', 'other', 1);
    hints.emit('commit', timeline, 1);
    expect((await page).value).toMatchObject([{ position: 0, id: 'a' }]);
    expect(performance.now() - began).toBeLessThan(500);
    ending.abort();
    expect((await pages.next()).done).toBe(true);
    expect(hints.listenerCount('commit')).toBe(0);
  });
});
