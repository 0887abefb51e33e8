import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askDiff, type Diff, type Part } from '../support/diff/ask-diff.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

let server: TestServer;
let serial = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const ask = (slug: string, query: string) => askDiff(server.http, slug, query);

const attribution = { by: 'our-desk', record: 'on-record' };
const many = <T>(length: number, make: (n: number) => T) => Array.from({ length }, (_, n) => make(n));
const idsOf = ({ changes }: Part, matter: string) =>
  changes.filter((change) => change.matter === matter).flatMap(({ causes }) => causes.map(({ id }) => id));

async function postTo(slug: string, bodies: object[]): Promise<void> {
  await server.http.post(`/v1/timelines/${slug}/developments`).send(bodies).expect(201);
}

async function begin(bodies: object[]): Promise<string> {
  const slug = `diff-${serial++}`;
  await server.http
    .post('/v1/timelines')
    .send({ ...timeline, slug, timezone: 'UTC' })
    .expect(201);
  await postTo(slug, bodies);
  return slug;
}

describe('a diff', () => {
  it('tells what counts of all that begins, however much of it was taken back', async () => {
    const wrong = many(30, (n) => `wrong-${n}`);
    const slug = await begin([
      development({ id: 'right', occurred: '2025-08-11' }),
      ...wrong.map((id) => development({ id, occurred: '2025-08-12' })),
      ...wrong.map((target) => ({ type: 'record.retracted', target, reason: 'Another one', attribution })),
    ]);
    const { world } = await ask(slug, 'fromAsOf=2025-08-01&toAsOf=2025-08-21');
    expect(world.changes.flatMap(({ causes }) => causes.map(({ id }) => id))).toEqual(['right']);
  });

  it('takes no late report for a cause where the account stayed, though it comes back later under another name', async () => {
    const slug = await begin([
      development({ id: 'early', occurred: '[..2025-08-10]' }),
      development({ id: 'between', occurred: '2025-08-15', recipients: ['maduro'] }),
      development({ id: 'last', occurred: '[..2025-08-20]' }),
      { type: 'record.retracted', target: 'between', reason: 'Another one', attribution },
      development({ id: 'late', occurred: '2025-08-05', recipients: ['maduro'] }),
    ]);
    const { knowledge } = await ask(slug, 'fromAsOf=2025-07-01&toAsOf=2025-07-01&fromKnownAt=0');
    expect(knowledge.changes.map(({ causes }) => causes.map(({ id }) => id))).toEqual([['last']]);
  });

  describe('where very much was recorded', () => {
    it('tells the last in fold order of what begins at once, and the same when more does later', async () => {
      const onOneDay = (id: string) => development({ id, occurred: '2025-08-01' });
      const slug = await begin([
        development({ id: 'month', occurred: '2025-08' }),
        ...many(60, (n) => onOneDay(`day-${n}`)),
      ]);
      const query = 'fromAsOf=2025-07-15T00:00:00Z&toAsOf=2025-08-10T00:00:00Z&fromKnownAt=60&toKnownAt=60';
      const before = await ask(slug, query);
      const [change] = before.world.changes;
      // All begin on the first; the one that may have been latest comes last.
      expect(change!.causes.map(({ id }) => id)).toEqual([...many(19, (n) => `day-${n + 41}`), 'month']);
      await postTo(
        slug,
        many(900, (n) => onOneDay(`later-${n}`)),
      );
      expect(await ask(slug, query)).toEqual(before);
    });

    it.each([
      ['few', 0],
      ['many', 1_000],
    ])(
      'tells the correction behind a hundred reports that only moved the end of the stretch, %s entries later',
      async (_, others) => {
        const lateReport = (n: number) =>
          development({
            id: `late-${n}`,
            occurred: new Date(Date.UTC(2026, 1, 17 - n)).toISOString().slice(0, 10),
          });
        const slug = await begin([
          development({ id: 'first', occurred: '2025-08-01' }),
          {
            id: 'fix',
            type: 'record.corrected',
            target: 'first',
            reason: 'A better title',
            replacement: { title: 'Corrected' },
            attribution,
          },
          ...many(100, lateReport),
        ]);
        for (let from = 0; from < others; from += 500)
          await postTo(
            slug,
            many(500, (n) =>
              development({ id: `other-${from + n}`, matter: 'other', occurred: '2025-08-02' }),
            ),
          );
        const query = `fromAsOf=2025-08-01T12:00:00Z&toAsOf=2025-08-01T12:00:00Z&fromKnownAt=0&toKnownAt=${101 + others}`;
        const { knowledge } = await ask(slug, query);
        expect(idsOf(knowledge, 'us-reward-maduro')).toEqual(['fix']);
      },
    );

    it('tells of a note what moved it beside the instant, and not what happened to it elsewhere', async () => {
      const decide = (type: string, more: object = {}) => ({
        ...{ type: `record.${type}`, target: 'denied', reason: 'A second look', attribution },
        ...more,
      });
      const slug = await begin([
        development({ id: 'base', occurred: '2025-01-01' }),
        development({ id: 'denied', occurred: '2025-03-01', mode: 'negated' }),
        decide('corrected', { replacement: { title: 'Never offered' } }),
        decide('held'),
        decide('released'),
        decide('corrected', { id: 'moved', replacement: { occurred: '2025-01-05' } }),
      ]);
      const { knowledge } = await ask(slug, 'fromAsOf=2025-02-01&toAsOf=2025-02-01&fromKnownAt=0');
      expect(idsOf(knowledge, 'us-reward-maduro')).toEqual(['moved']);
    });

    it('tells a reader what may be told, however much was withheld since', async () => {
      const decide = (n: number) => ({
        type: n % 2 === 0 ? 'record.held' : 'record.released',
        target: 'doubted',
        reason: 'A second look',
        attribution,
      });
      const slug = await begin([
        development({ id: 'base', occurred: '2025-08-01' }),
        ...many(10, (n) => development({ id: `day-${n}`, occurred: '2025-08-02', title: `Report ${n}` })),
        development({ id: 'doubted', occurred: '2025-08-03' }),
        ...many(23, decide),
      ]);
      const query = 'fromAsOf=2025-09-01&toAsOf=2025-09-01&fromKnownAt=0&limit=1000';
      const { body } = await server.anonymous.get(`/v1/timelines/${slug}/diff?${query}`).expect(200);
      const [change] = (body as Diff).knowledge.changes;
      expect(change!.causes.map(({ id }) => id)).toEqual(many(10, (n) => `day-${n}`));
      expect(change).toMatchObject({ moreCauses: false });
    });
  });
});
