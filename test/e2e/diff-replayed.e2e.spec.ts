import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Recorded } from '#libs/chronology';
import { askDiff } from '../support/diff/ask-diff.js';
import { expectKnowledgeCauses, expectWorldCauses } from '../support/diff/expect-causes.js';
import { expectDifference } from '../support/diff/expect-difference.js';
import { pairsIn, queryOf } from '../support/diff/points.js';
import { byMatter, stateAlone, withNotes } from '../support/diff/readings.js';
import { longHistory } from '../support/long-history.js';
import { histories, toPosts, turningPoints } from '../support/random-history.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { timeline } from './development.js';

let server: TestServer;
let serial = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function post(history: Recorded[]): Promise<string> {
  const slug = `diff-${serial++}`;
  await server.http
    .post('/v1/timelines')
    .send({ ...timeline, slug, timezone: 'UTC' })
    .expect(201);
  const bodies = toPosts(history);
  for (let from = 0; from < bodies.length; from += 1000) {
    await server.http
      .post(`/v1/timelines/${slug}/developments`)
      .send(bodies.slice(from, from + 1000))
      .expect(201);
  }
  return slug;
}

const ask = (slug: string, query: string) => askDiff(server.http, slug, query);

describe('a diff', () => {
  /** A thousand take some five minutes: DIFF_PAIRS=1000, or DIFF_PAIRS=250 with each DIFF_SEED of 1 to 4. */
  const pairs = Number(process.env['DIFF_PAIRS'] ?? 60);
  const seed = Number(process.env['DIFF_SEED'] ?? 1);
  it('of two points of a history of 5,000 developments is the difference of the replayed situations', async () => {
    const history = longHistory(5_000, 20250829);
    expect(history).toHaveLength(5_000);
    const slug = await post(history);
    const matters = byMatter(history);
    for (const pair of fc.sample(pairsIn(history), { numRuns: pairs, seed })) {
      expectDifference(await ask(slug, queryOf(pair)), matters, pair, stateAlone);
    }
  }, 900_000);

  it('tells notes, totals and causes of random histories as the naive fold has them', async () => {
    const withPairs = histories({ entries: 40, matters: 4 })
      .filter((history) => turningPoints(history).some(Number.isFinite))
      .chain((history) =>
        fc.tuple(fc.constant(history), fc.array(pairsIn(history), { minLength: 8, maxLength: 8 })),
      );
    await fc.assert(
      fc.asyncProperty(withPairs, async ([history, pairs]) => {
        const slug = await post(history);
        const matters = byMatter(history);
        for (const pair of pairs) {
          const diff = await ask(slug, queryOf(pair));
          expectDifference(diff, matters, pair, withNotes);
          expectWorldCauses(diff, matters, pair);
          expectKnowledgeCauses(diff, matters, pair);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
  }, 300_000);
});
