import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askDiff, type Diff } from '../support/diff/ask-diff.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('a diff of a story', () => {
  const { slug } = timeline;
  const at = (query: string) => askDiff(server.http, slug, query);
  const troops = (value: number) => ({ quantities: [{ of: 'troops', value, unit: 'person' }] });
  const post = (body: object) =>
    server.http.post(`/v1/timelines/${slug}/developments`).send(body).expect(201);

  beforeAll(async () => {
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    const deployment = { matter: 'south', type: 'deployment.underway', actors: ['army'] };
    await post([
      development({
        id: 'a',
        ...deployment,
        title: 'Troops move',
        occurred: '2025-08-10',
        ...troops(4_000),
      }),
      development({ id: 'b', matter: 'reward', occurred: '2025-08-10' }),
      development({
        id: 'c',
        ...deployment,
        title: 'More troops',
        occurred: '2025-08-20',
        ...troops(15_000),
      }),
    ]);
    await post({
      id: 'fix',
      type: 'record.corrected',
      target: 'a',
      reason: 'The ministry had counted the drivers',
      replacement: troops(3_000),
      attribution: { by: 'our-desk', record: 'on-record' },
    });
  });

  it('says what the world brought, by which development, and what it makes of the totals', async () => {
    const { knowledge, world } = await at('fromAsOf=2025-08-01&toAsOf=2025-08-21&fromKnownAt=3');
    expect(knowledge).toEqual({ totals: [], changes: [] });
    expect(world.changes.map(({ matter, change }) => [matter, change])).toEqual([
      ['reward', 'appeared'],
      ['south', 'appeared'],
    ]);
    expect(world.changes[1]!.causes.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(world.totals).toMatchObject([
      { panel: 'forces', actor: 'army', of: 'troops', before: { value: 0 }, after: { value: 15_000 } },
    ]);
  });

  it('says what became known of one instant, by which correction, and why', async () => {
    const { knowledge, world } = await at('fromAsOf=2025-08-15&toAsOf=2025-08-15&fromKnownAt=2&toKnownAt=3');
    expect(world).toEqual({ totals: [], changes: [] });
    const [change] = knowledge.changes;
    expect(change).toMatchObject({ matter: 'south', change: 'changed', fields: ['quantities'] });
    expect(change!.causes).toMatchObject([
      {
        id: 'fix',
        target: 'a',
        reason: 'The ministry had counted the drivers',
        recordedBy: expect.any(String),
      },
    ]);
    expect(knowledge.totals).toMatchObject([{ before: { value: 4_000 }, after: { value: 3_000 } }]);
  });

  it('runs backwards on either clock', async () => {
    const forwards = await at('fromAsOf=2025-08-01&toAsOf=2025-08-21&fromKnownAt=3&toKnownAt=3');
    const backwards = await at('fromAsOf=2025-08-21&toAsOf=2025-08-01&fromKnownAt=3&toKnownAt=3');
    expect(backwards.world.changes.map(({ change }) => change)).toEqual(['went', 'went']);
    expect(backwards.world.changes.map(({ causes }) => causes)).toEqual(
      forwards.world.changes.map(({ causes }) => causes),
    );
  });

  it('is of nothing where no point is named: all four are now', async () => {
    const { body } = await server.http.get(`/v1/timelines/${slug}/diff`).expect(200);
    expect(body).toMatchObject({ knowledge: { changes: [] }, world: { changes: [] }, next: null });
  });

  it('comes in pages of matters, with the totals of all on each', async () => {
    const query = 'fromAsOf=2025-08-01&toAsOf=2025-08-21&limit=1';
    const first = await server.http.get(`/v1/timelines/${slug}/diff?${query}`).expect(200);
    const next = (first.body as Diff).next!;
    expect(first.headers['link']).toContain('rel="next"');
    const second = await server.http.get(`/v1/timelines/${slug}/diff?${query}&after=${next}`).expect(200);
    const pages = [first.body, second.body] as Diff[];
    expect(pages.map(({ world }) => world.changes.map(({ matter }) => matter))).toEqual([
      ['reward'],
      ['south'],
    ]);
    expect(pages[0]!.world.totals).toEqual(pages[1]!.world.totals);
    expect(pages[1]!.next).toBeNull();
  });

  it.each(['fromAsOf', 'toAsOf', 'fromKnownAt', 'toKnownAt'])(
    'names %s where it is at fault',
    async (name) => {
      const { body } = await server.http.get(`/v1/timelines/${slug}/diff?${name}=yesterday`).expect(400);
      expect(body).toMatchObject({ code: 'invalid-parameter', parameter: name });
    },
  );
});
