import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import type { Content, DeskContent, DeskType, FoldPlace, Recorded } from '#libs/chronology';
import { indexLog } from '#libs/situations';
import { folded } from '../../../../test/support/naive/folded.js';
import { histories, turningPoints } from '../../../../test/support/random-history.js';
import {
  mattersOf,
  openStore,
  openTimeline,
  Recorder,
  type Store,
} from '../../../../test/support/recorded-history.js';
import { developmentsFolded, firstPlace, type FoldedAsked } from './developments-folded.js';

let store: Store;
let serial = 0;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

type Question = Pick<FoldedAsked, 'asOf' | 'knownAt' | 'after' | 'limit'>;

/** The ids told of a matter. */
async function told(timeline: string, matter: string, question: Question, pool = store.readers) {
  const items = await developmentsFolded(pool, { timeline, matter, ...question });
  return items.map(({ id }) => id);
}

/** What the naive fold, of all that is left of a ledger, has behind the place. */
function naive(left: Recorded[], matter: string, { asOf, knownAt, after, limit }: Question): string[] {
  const isBehind = (place: FoldPlace) => {
    const at = place.findIndex((part, i) => part !== after[i]);
    return at >= 0 && place[at]! > after[at]!;
  };
  return folded(left, matter, asOf, knownAt)
    .filter(({ bounds: { earliest, latest }, position }) => {
      const begin = earliest > -Infinity ? earliest : latest > asOf ? -Infinity : latest;
      return isBehind([begin, latest, position]);
    })
    .slice(0, limit)
    .map(({ content }) => content.id);
}

/** What is recorded behind a history: destroys what stands at a position of it. */
function redactionOf({ content: { id, matter } }: Recorded, history: Recorded[], nth: number): Recorded {
  const content: Content = {
    ...{ id: `redaction-${nth}`, type: 'record.redacted', matter, target: id, reason: 'The law' },
    attribution: { by: 'the-desk', record: 'publisher' },
  };
  return { position: 0, recordedAt: history.at(-1)!.recordedAt + 1, version: 0, content, bounds: null };
}

/** Gives what the redactions have left. */
async function redact(timeline: string, history: Recorded[], positions: number[]): Promise<Recorded[]> {
  let left = history;
  for (const position of new Set(positions)) {
    try {
      await new Recorder(store, timeline, [redactionOf(history[position]!, history, position)]).recordAll();
      left = left.filter((entry) => entry.position !== position);
    } catch (error) {
      // Of a decision by which something is withheld; anything else is a fault.
      expect(error).toMatchObject({ cause: { code: 'redaction-would-release' } });
    }
  }
  return left;
}

/** A history, positions to redact, how far the index is (at first when that is done), and questions about it. */
const asked = histories({ entries: 60, matters: 2 })
  .filter((history) => turningPoints(history).some(Number.isFinite))
  .chain((history) => {
    const instant = fc.constantFrom(...turningPoints(history).filter(Number.isFinite));
    const position = fc.nat(history.length - 1);
    const begin = fc.oneof(fc.constant(-Infinity), instant);
    const question = fc.record<Question>({
      asOf: instant,
      knownAt: position,
      after: fc.oneof(fc.constant(firstPlace), fc.tuple(begin, instant, position)),
      limit: fc.integer({ min: 1, max: 12 }),
    });
    const redacted = fc.array(position, { maxLength: 4 });
    const questions = fc.array(question, { minLength: 20, maxLength: 20 });
    const indexed = fc.tuple(position, position, fc.constant(history.length));
    return fc.record({
      ...{ history: fc.constant(history), redacted, questions },
      indexed: indexed.map((sizes) => sizes.sort((a, b) => a - b)),
    });
  });

describe('the developments that a matter is folded from', () => {
  it('are those of the naive fold behind any place, how far ever the index of the log is', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ history, indexed, redacted, questions }) => {
        const timeline = await openTimeline(store, `folded-${serial++}`);
        await new Recorder(store, timeline, history, 1).recordAll();
        await indexLog(store.readers, timeline, indexed[0]);
        const left = await redact(timeline, history, redacted);
        for (const size of indexed) {
          await indexLog(store.readers, timeline, size);
          for (const question of questions) {
            for (const matter of mattersOf(history)) {
              expect(await told(timeline, matter, question)).toEqual(naive(left, matter, question));
            }
          }
        }
      }),
      { numRuns: 40 },
    );
  }, 240_000);

  it('are found behind hundreds that count no more, and read as far as the page goes', async () => {
    const timeline = await openTimeline(store, 'long');
    // The tenth is corrected to where the others are: what has the place then is the correction.
    const reports = Array.from({ length: 300 }, (_, n) => report(n, n === 9 ? '2025-03-01' : '2025-02-01'));
    const gone = reports.filter((_, n) => n < 280 && n !== 9).map((of) => decision('record.retracted', of));
    const moved = { ...decision('record.corrected', reports[9]!), replacement: { occurred: '2025-02-01' } };
    const history = [...reports, moved, ...gone].map((content, position): Recorded => ({
      ...{ position, recordedAt: 0, version: position + 1, content, bounds: null },
    }));
    await new Recorder(store, timeline, history).recordAll();
    await indexLog(store.readers, timeline, history.length - 10);
    const ids = (from: number, to: number) => reports.slice(from, to).map(({ id }) => id);
    const question = { asOf: Date.UTC(2026, 0), after: firstPlace };
    const left = { ...question, knownAt: history.length - 1 };
    // Two, eight more: the tenth is the last that is read at once.
    expect(await told(timeline, 'm', { ...left, limit: 2 })).toEqual(['report-9', 'report-280']);
    expect(await told(timeline, 'm', { ...left, limit: 1_000 })).toEqual(['report-9', ...ids(280, 300)]);

    const counted = countingRows(store.readers);
    const all = { ...question, knownAt: reports.length - 1 };
    const inOrder = [...ids(0, 9), ...ids(10, 300), 'report-9'];
    expect(await told(timeline, 'm', { ...all, limit: 1_000 })).toEqual(inOrder);
    expect(await told(timeline, 'm', { ...all, limit: 2 }, counted.pool)).toEqual(ids(0, 2));
    expect(counted.rows()).toBeLessThan(10);
  });
});

function report(n: number, occurred: string): Content {
  return {
    ...{ id: `report-${n}`, type: 'reward.offered', matter: 'm', title: `Report ${n}`, occurred },
    ...{
      timezone: 'UTC',
      mode: 'actual',
      assertion: 'reported',
      attribution: { by: 'us', record: 'on-record' },
    },
  };
}

function decision(type: DeskType, { id, matter }: Content): DeskContent {
  const attribution = { by: 'the-desk', record: 'publisher' } as const;
  return { id: `${type} ${id}`, type, matter, target: id, reason: 'Wrong', attribution };
}

/** The pool, and how many rows it has given. */
function countingRows(pool: Pool): { pool: Pool; rows: () => number } {
  let rows = 0;
  const query = async (...asked: unknown[]) => {
    const answer = await (pool.query as (...args: unknown[]) => Promise<{ rows: unknown[] }>).apply(
      pool,
      asked,
    );
    rows += answer.rows.length;
    return answer;
  };
  const counting = new Proxy(pool, {
    get: (own, name): unknown => (name === 'query' ? query : Reflect.get(own, name)),
  });
  return { pool: counting, rows: () => rows };
}
