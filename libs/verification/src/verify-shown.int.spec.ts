import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { builtInKinds, type Content, type Recorded } from '#libs/chronology';
import { findDevelopments, indexLog, withheldAmong } from '#libs/situations';
import { inSlices } from '../../../test/support/in-slices.js';
import { desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { histories } from '../../../test/support/random-history.js';
import { openStore, openTimeline, Recorder, type Store } from '../../../test/support/recorded-history.js';
import { verifyTimeline } from './index.js';

let store: Store;
let owner: pg.Client;
let serial = 0;

beforeAll(async () => {
  store = await openStore();
  owner = new pg.Client({ connectionString: store.database.ownerUrl });
  await owner.connect();
  await owner.query('alter table ledger_redaction disable trigger user');
});
afterAll(async () => {
  await owner.end();
  await store.close();
});

async function recorded(history: Recorded[]): Promise<string> {
  const timeline = await openTimeline(store, `shown-${serial++}`);
  await new Recorder(store, timeline, history).recordAll();
  return timeline;
}

const verify = (timeline: string) => verifyTimeline(store.readers, builtInKinds, timeline);
const index = (timeline: string, size: number) => indexLog(store.readers, timeline, size);

const far = '2999-01-01T00:00:00Z';

/**
 * b is held, c under embargo, d held no more, e redacted after it was held; of the two holds of f the first, whose words
 * had to go, is redacted.
 */
const story = () => {
  const [held, first] = [desk('record.held', 'b'), desk('record.held', 'f')];
  return ledgerOf(
    report('a', 'deployment.announced', '2025-02-01', { title: 'Ships in the bay', actors: ['navy'] }),
    report('b', 'deployment.underway', '2025-03-01'),
    { ...report('c', 'reward.offered', '2025-02-02'), matter: 'reward', embargoedUntil: far },
    report('d', 'deployment.underway', '2025-04-01'),
    report('e', 'deployment.underway', '2025-05-01', { title: 'Words that go' }),
    held,
    desk('record.held', 'd'),
    desk('record.released', 'd'),
    desk('record.held', 'e'),
    desk('record.redacted', 'e'),
    { ...report('f', 'reward.changed', '2025-06-01'), matter: 'reward' },
    first,
    desk('record.held', 'f'),
    desk('record.redacted', first.id),
    desk('record.disputed', 'a'),
  );
};

describe('what readers are shown of a record', () => {
  it('is found whole, and counted, however far the log’s filters have come', async () => {
    const timeline = await recorded(story());
    for (const indexed of [0, 7, 15]) {
      await index(timeline, indexed);
      const verdict = await verify(timeline);
      expect(verdict.findings).toEqual([]);
      expect(verdict.checked).toMatchObject({ decisions: 8, withheld: 3, redacted: 2 });
    }
  });

  it('is found whole whatever its history, redactions too', async () => {
    const some = histories({ entries: 30, matters: 3 }).filter((history) => history.length > 0);
    await fc.assert(
      fc.asyncProperty(some, fc.nat(), fc.nat(), async (history, n, m) => {
        const of = history[n % history.length]!;
        const redaction = { ...desk('record.redacted', of.content.id), matter: of.content.matter } as Content;
        const timeline = await openTimeline(store, `shown-${serial++}`);
        const recorder = new Recorder(store, timeline, history);
        await recorder.recordAll();
        await index(timeline, m % (history.length + 1));
        const { position, recordedAt } = history.at(-1)!;
        const last = { position: position + 1, recordedAt, version: 0, content: redaction, bounds: null };
        // One that would show what it withholds is refused.
        await new Recorder(store, timeline, [last]).recordAll().catch(() => undefined);
        expect((await verify(timeline)).findings).toEqual([]);
      }),
      { numRuns: 15, endOnFailure: true },
    );
  }, 120_000);

  it.each<[string, string, string, number]>([
    ['a hold forgotten', `delete from withheld where timeline = $1 and position = 1`, 'withheld-differs', 1],
    [
      'a hold ended',
      `update withheld set held = false where timeline = $1 and position = 1`,
      'withheld-differs',
      1,
    ],
    [
      'an embargo forgotten',
      `delete from withheld where timeline = $1 and position = 2`,
      'withheld-differs',
      2,
    ],
    [
      'an embargo cut short',
      `update withheld set until = 0 where timeline = $1 and position = 2`,
      'withheld-differs',
      2,
    ],
    ['a hold that nobody decided', `insert into withheld values ($1, 0, true)`, 'withheld-differs', 0],
    ['a hold of what is redacted', `insert into withheld values ($1, 4, true)`, 'withheld-differs', 4],
    [
      'a hold kept when its first decision was redacted',
      `delete from withheld where timeline = $1 and position = 10`,
      'withheld-differs',
      10,
    ],
    [
      'a decision forgotten',
      `delete from decision where timeline = $1 and position = 5`,
      'decision-differs',
      5,
    ],
    [
      'a decision about another',
      `update decision set target = 0 where timeline = $1 and position = 5`,
      'decision-differs',
      5,
    ],
    ['a decision that nobody took', `insert into decision values ($1, 3, 1)`, 'decision-differs', 3],
    [
      'a redacted decision about what is elsewhere',
      `update decision set target = 0 where timeline = $1 and position = 11`,
      'decision-differs',
      11,
    ],
    [
      'a redaction forgotten',
      `delete from ledger_redaction where timeline = $1 and position = 4`,
      'redaction-differs',
      4,
    ],
    [
      'another’s redaction',
      `update ledger_redaction set by = 7 where timeline = $1 and position = 4`,
      'redaction-differs',
      4,
    ],
    [
      'a redaction of what is there',
      `insert into ledger_redaction values ($1, 0, 9)`,
      'redaction-differs',
      0,
    ],
    [
      'a development that filters do not find',
      `delete from development where timeline = $1 and position = 3`,
      'index-differs',
      3,
    ],
    [
      'a word that was not said',
      `update development set terms = terms || array_to_tsvector('{x}') where timeline = $1 and position = 2`,
      'index-differs',
      2,
    ],
    [
      'a word taken away',
      `update development set terms = ts_delete(terms, (tsvector_to_array(terms))[2]) where timeline = $1 and position = 2`,
      'index-differs',
      2,
    ],
    [
      'another time',
      `update development set latest = latest + 1 where timeline = $1 and position = 1`,
      'index-differs',
      1,
    ],
    [
      'another beginning',
      `update development set begins = null where timeline = $1 and position = 1`,
      'index-differs',
      1,
    ],
    [
      'another matter',
      `update development set matter = 'x' where timeline = $1 and position = 1`,
      'index-differs',
      1,
    ],
    [
      'redacted words left to be searched for',
      `insert into development select timeline, 4, earliest, latest, terms, matter, begins from development where timeline = $1 and position = 0`,
      'index-differs',
      4,
    ],
    [
      'an index that says it has less',
      `update log_index set size = 12 where timeline = $1`,
      'index-differs',
      12,
    ],
    [
      'an index that says it has more',
      `update log_index set size = 16 where timeline = $1`,
      'row-of-nothing',
      15,
    ],
    ['an index forgotten', `delete from log_index where timeline = $1`, 'index-differs', 0],
    ['a hold of what is not there yet', `insert into withheld values ($1, 15, true)`, 'row-of-nothing', 15],
    ['a decision of nobody', `insert into decision values ($1, -1, 1)`, 'row-of-nothing', -1],
    [
      'a redaction of what is not there yet',
      `insert into ledger_redaction values ($1, 20, 21)`,
      'row-of-nothing',
      20,
    ],
    [
      'words before the first',
      `insert into development select timeline, -1, earliest, latest, terms, matter, begins from development where timeline = $1 and position = 0`,
      'row-of-nothing',
      -1,
    ],
  ])('is found and named where it was changed: %s', async (_what, statement, code, position) => {
    const timeline = await recorded(story());
    await index(timeline, 15);
    expect((await owner.query(statement, [timeline])).rowCount).toBeGreaterThan(0);
    const { ok, first } = await verify(timeline);
    expect(first).toMatchObject({ code, position });
    expect(ok).toBe(false);
    expect(await inSlices(store.readers, timeline)).toMatchObject({ code, position });
  });

  it('is what the service answers by: a hold that is forgotten shows what it held', async () => {
    const timeline = await recorded(story());
    expect([...(await withheldAmong(store.readers, timeline, [0, 1]))]).toEqual([1]);
    await owner.query('delete from withheld where timeline = $1 and position = 1', [timeline]);
    expect([...(await withheldAmong(store.readers, timeline, [0, 1]))]).toEqual([]);
    expect((await verify(timeline)).first!.detail).toBe('it is kept as open to everyone instead of held');
  });

  it('is mended, as to the log’s filters, by forgetting their index', async () => {
    const timeline = await recorded(story());
    await index(timeline, 15);
    await owner.query(
      'update development set terms = array_to_tsvector(array[]::text[]) where timeline = $1',
      [timeline],
    );
    const found = () =>
      findDevelopments(store.readers, timeline, {
        ...{ withheld: true, facets: { actor: ['navy'] }, after: -1, before: 15, order: 'asc', limit: 9 },
      });
    expect(await found()).toEqual([]);
    for (const table of ['development', 'log_index'])
      await owner.query(`delete from ${table} where timeline = $1`, [timeline]);
    await index(timeline, 15);
    expect(await found()).toEqual([0]);
    expect((await verify(timeline)).findings).toEqual([]);
  });
});
