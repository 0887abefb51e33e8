import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool, QueryConfig } from 'pg';
import {
  openSharedLedger,
  proposal,
  reasonOf,
  type SharedLedger,
} from '../../../test/support/shared-ledger.js';
import { ConflictingId, type Ledger, readRange } from './index.js';

let store: SharedLedger;
let timeline = '';
let serial = 0;

beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());
beforeEach(async () => {
  timeline = await store.newTimeline();
});

describe('a repeated id', () => {
  it('with the same content gets the first receipt, from this process and from another', async () => {
    const here = store.aProcess();
    const [first] = await here.append(timeline, [proposal('a', 's', { id: 'a', n: 1, m: 2 })], 'local');
    for (const ledger of [here, store.aProcess()]) {
      const [again] = await ledger.append(timeline, [proposal('a', 's', { m: 2, n: 1, id: 'a' })], 'local');
      expect(again).toEqual({ ...first, duplicate: true });
    }
  });

  it('with other content is a conflict, from this process and from another', async () => {
    const here = store.aProcess();
    await here.append(timeline, [proposal('a', 's', { n: 1 })], 'local');
    for (const ledger of [here, store.aProcess()]) {
      const reason = await reasonOf(ledger.append(timeline, [proposal('a', 's', { n: 2 })], 'local'));
      expect(reason).toBeInstanceOf(ConflictingId);
    }
  });

  it('is answered before its expected version is looked at', async () => {
    const ledger = store.aProcess();
    await ledger.append(timeline, [proposal('a', 's', { n: 1 }, 0)], 'local');
    const [again] = await ledger.append(timeline, [proposal('a', 's', { n: 1 }, 0)], 'local');
    expect(again!.duplicate).toBe(true);
  });

  it('posted by twenty at once is recorded once', async () => {
    const ledgers = [store.aProcess(), store.aProcess()];
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
    const listening = Object.create(store.readers) as Pool;
    listening.query = ((query: QueryConfig) => {
      asked.push(query.name!);
      return store.readers.query(query);
    }) as Pool['query'];
    const ledger = store.aProcess(Date.now, { readers: listening, lookUps: 1 });
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
    const [first] = await store.aProcess().append(timeline, [proposal('a', 's', { n: 1 })], 'local');
    const repeated = await (await presuming()).append(timeline, [proposal('a', 's', { n: 1 })], 'local');
    expect(repeated).toEqual([{ ...first, duplicate: true }]);
    const conflicting = (await presuming()).append(timeline, [proposal('a', 'else', { n: 2 })], 'local');
    expect(await reasonOf(conflicting)).toBeInstanceOf(ConflictingId);
    const [next] = await (await presuming()).append(timeline, [proposal('b', 's')], 'local');
    expect(next!.version).toBe(2);
  });

  it('is no reason to refuse: the version that was expected is there', async () => {
    await store.aProcess().append(timeline, [proposal('a', 's')], 'local');
    const ledger = await presuming();
    const [next] = await ledger.append(timeline, [proposal('b', 's', { n: 1 }, 1)], 'local');
    expect(next!.version).toBe(2);
    const reason = await reasonOf((await presuming()).append(timeline, [proposal('c', 's', {}, 1)], 'local'));
    expect(reason).toMatchObject({ expectedVersion: 1, currentVersion: 2 });
  });

  it('fails nobody else: what goes in the same batches is recorded once, and so is what repeats', async () => {
    const [first] = await store.aProcess().append(timeline, [proposal('old', 's', { n: 1 })], 'local');
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
    const stored = await readRange(store.readers, timeline, 0, 1_000);
    expect(stored.map(({ position }) => position)).toEqual(Array.from({ length: 61 }, (_, i) => i));
  });
});
