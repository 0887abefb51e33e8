import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApp, drain } from '../../apps/server/src/create-app.js';
import { openResources } from '../../apps/server/src/open-resources.js';
import { startTestServer, testEdge, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';
const attribution = { by: 'our-desk', record: 'on-record' };
const ships = (value: number) => ({ quantities: [{ of: 'warships', value, unit: 'ship' }] });

let server: TestServer;
const get = async (path: string) => (await server.http.get(`${story}${path}`).expect(200)).body;
const post = (body: object) => server.http.post(`${story}/developments`).send(body).expect(201);

beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  const bay = { matter: 'bay', type: 'deployment.underway', actors: ['navy'] };
  await post(
    development({ id: 'H-1', ...bay, title: 'Twelve in the bay', occurred: '2025-08-26', ...ships(12) }),
  );
  await post(development({ id: 'H-2', ...bay, title: 'They stay', occurred: '2025-09-10' }));
  const replacement = { title: 'Two in the bay', ...ships(2) };
  await post({
    id: 'H-3',
    type: 'record.corrected',
    target: 'H-1',
    reason: 'Escorts',
    replacement,
    attribution,
  });
  await post({ id: 'H-4', type: 'record.retracted', target: 'H-2', reason: 'Another bay', attribution });
  await post(development({ id: 'H-5', matter: 'other' }));
});
afterAll(() => server.close());

describe('the history of an account', () => {
  it('names the entry that made each version, who recorded it and why', async () => {
    const { items } = await get('/matters/bay/history?axis=known&asOf=2025-08-27T00:00:00Z');
    expect(items.map(({ title, madeBy }: any) => [title, madeBy.id])).toEqual([
      ['Twelve in the bay', 'H-1'],
      ['Twelve in the bay', 'H-2'],
      ['Two in the bay', 'H-3'],
      ['Two in the bay', 'H-4'],
    ]);
    expect(items[2].madeBy).toMatchObject({
      ...{ type: 'record.corrected', target: 'H-1', reason: 'Escorts', position: 2 },
      recordedBy: server.admin.id,
    });
    expect(items[1].endedBy.id).toBe('H-3');
    expect(items[3].endedBy).toBeNull();
  });

  it('tells nobody but the newsroom who recorded it', async () => {
    const answer = await server.anonymous.get(`${story}/matters/bay/history?axis=known`).expect(200);
    expect(answer.body.items[2].madeBy).toMatchObject({ id: 'H-3', reason: 'Escorts' });
    expect(answer.text).not.toContain('recordedBy');
  });
});

describe('the history of what stands beside an account', () => {
  const agenda = { matter: 'agenda', type: 'deployment.announced' };
  const plan = (id: string, title: string, occurred = '2025-08-20') =>
    development({ ...agenda, id, title, occurred, mode: 'planned', quantities: [] });
  const correction = (id: string, target: string, title: string) => ({
    ...{
      id,
      type: 'record.corrected',
      target,
      reason: 'A nought too many',
      replacement: { title },
      attribution,
    },
  });
  const history = (query: string) => get(`/matters/agenda/history?axis=known&asOf=2025-08-15&${query}`);

  beforeAll(async () => {
    await post(development({ ...agenda, id: 'P-0', title: 'Troops will come', occurred: '2025-08-01' }));
    await post(plan('P-1', '500 troops planned'));
    await post(correction('P-2', 'P-1', '50 troops planned'));
  });

  it('has a version for each turn of the notes and of what is upcoming, with the entry that made it', async () => {
    const { items } = await history('limit=10');
    const told = items.map((item: any) => [
      item.upcoming.map(({ title }: any) => title),
      item.madeBy.id,
      item.endedBy?.id,
      item.knownTo?.position === item.endedBy?.position,
    ]);
    expect(told).toEqual([
      [[], 'P-0', 'P-1', true],
      [['500 troops planned'], 'P-1', 'P-2', true],
      [['50 troops planned'], 'P-2', undefined, true],
    ]);
    for (const { knownFrom, notes, upcoming, title } of items) {
      const matter = await get(`/matters/agenda?asOf=2025-08-15&knownAt=${knownFrom.position}`);
      expect({ notes, upcoming, title }).toEqual({
        notes: matter.notes,
        upcoming: matter.upcoming,
        title: matter.title,
      });
    }
  });

  it('goes on over pages where much came and went that is not shown, and tells each version once', async () => {
    const later = (n: number) => plan(`L-${n}`, `Later ${n}`, '2026-01-01');
    await post(Array.from({ length: 600 }, (_, n) => later(n)));
    await post(Array.from({ length: 480 }, (_, n) => later(600 + n)));
    await post(correction('P-3', 'P-1', '5 troops planned'));
    const { items: all } = await history('limit=100');
    expect(all.map(({ madeBy }: any) => madeBy.id)).toEqual([
      ...['P-0', 'P-1', 'P-2', 'L-0', 'L-1', 'L-2', 'L-3', 'P-3'],
    ]);
    const paged: any[] = [];
    let pages = 0;
    for (let after = ''; ;) {
      const { items, next } = await history(`limit=1${after}`);
      pages++;
      paged.push(...items);
      if (next === null) break;
      after = `&after=${next}`;
    }
    expect(paged).toEqual(all);
    expect(pages).toBeGreaterThan(all.length);
  });
});

describe('the impact', () => {
  it('of a correction is where the wrong answer was served, its totals, and a line to print', async () => {
    const impact = await get('/developments/H-3/impact');
    expect(impact).toMatchObject({
      line:
        'A correction: An earlier version of “Twelve in the bay” was wrong. The headline now reads “Two in the ' +
        'bay”. The figure for warships was given as 12 ships; it is 2 ships.',
      served: { from: { position: 0 }, until: { position: 2 } },
      matters: ['bay'],
      panels: ['forces'],
      moreStretches: false,
    });
    expect(impact.stretches.map(({ validFrom, validTo }: any) => [validFrom, validTo])).toEqual([
      ['2025-08-26T04:00:00.000Z', '2025-09-10T04:00:00.000Z'],
      ['2025-09-10T04:00:00.000Z', null],
    ]);
    expect(impact.stretches[0]).toMatchObject({
      before: { title: 'Twelve in the bay' },
      after: { title: 'Two in the bay' },
      totals: [{ panel: 'forces', of: 'warships', before: { possible: 12 }, after: { possible: 2 } }],
    });
  });

  it('of a retraction is from the day on that was told', async () => {
    const { line, stretches } = await get('/developments/H-4/impact');
    expect(line).toBe('A correction: The report “They stay”, dated Sept. 10, 2025, is retracted.');
    expect(stretches).toMatchObject([{ validFrom: '2025-09-10T04:00:00.000Z', validTo: null }]);
  });

  it.each([
    ['H-1', 422, 'not-a-correction'],
    ['nobody', 404, 'unknown-development'],
  ])('is not of %s', async (id, status, code) => {
    const { body } = await server.http.get(`${story}/developments/${id}/impact`).expect(status);
    expect(body.code).toBe(code);
  });
});

describe('an answer that is pinned by an instant and a position', () => {
  const pin = 'asOf=2025-09-11T00:00:00Z&knownAt=3';
  const pinned = [
    `/situation?includeClosed=true&${pin}`,
    `/matters/bay?${pin}`,
    `/matters/bay/history?limit=1&knownAt=3`,
    `/matters/bay/history?axis=known&${pin}`,
    '/diff?fromAsOf=2025-08-01T00:00:00Z&fromKnownAt=1&toAsOf=2025-09-11T00:00:00Z&toKnownAt=3',
    '/diff?fromAsOf=2025-09-11T00:00:00Z&fromKnownAt=0&toAsOf=2025-09-11T00:00:00Z&toKnownAt=3',
    '/developments/H-3/impact',
    `/actors/navy?${pin}`,
    `/actors/navy?limit=1&${pin}`,
  ];

  it('is the same bytes after a thousand developments, corrections and holds, and from a service that starts anew', async () => {
    const ask = async (path: string) => {
      const { text, headers } = await server.http.get(`${story}${path}`).expect(200);
      return { text, etag: headers['etag']!, cache: headers['cache-control'] };
    };
    const first = await Promise.all(pinned.map(ask));
    for (const { etag, cache } of first) {
      expect(etag).toMatch(/^"[\w-]+"$/);
      expect(cache).toContain('no-cache');
    }

    const day = (n: number) => `2025-0${(n % 9) + 1}-1${n % 10}`;
    await post(
      Array.from({ length: 1_000 }, (_, n) => {
        if (n % 10 === 9) {
          const decided =
            n % 20 === 9 ? { type: 'record.corrected', replacement: ships(n) } : { type: 'record.held' };
          return { target: n % 40 === 9 ? 'H-1' : `m${n - 1}`, reason: 'So', attribution, ...decided };
        }
        const mode = n % 7 === 0 ? 'planned' : 'actual';
        const reports = { matter: 'bay', type: 'deployment.reinforced', mode, ...ships(n) };
        return development({ id: `m${n}`, ...reports, title: `Report ${n}`, occurred: day(n) });
      }),
    );
    const again = await Promise.all(pinned.map(ask));
    expect(again).toEqual(first);

    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const resources = openResources(server.database.url, silent, Date.now, server.signing.signing);
    const { app } = await createApp(resources, silent, testEdge);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const { authorization } = server.admin;
    for (const [at, path] of pinned.entries()) {
      const answer = await app.inject({ url: `${story}${path}`, headers: { authorization } });
      expect(answer.payload).toBe(first[at]!.text);
      const headers = { authorization, 'if-none-match': first[at]!.etag };
      expect((await app.inject({ url: `${story}${path}`, headers })).statusCode).toBe(304);
    }
    await drain(app);
    await app.close();
    await resources.close();
  }, 120_000);
});
