import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';
const matter = `${story}/matters/us-reward-maduro`;

describe('the cursor of a list', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
    for (const slug of ['other', 'story', 'third']) {
      await server.http
        .post('/v1/timelines')
        .send({ ...timeline, slug })
        .expect(201);
      const bodies = ['2020-03-26', '2020-04-01', '2021-01-01'].map((occurred, i) =>
        development({ id: `r${i}`, occurred, quantities: [{ of: 'reward', value: i, unit: 'USD' }] }),
      );
      await server.http.post(`/v1/timelines/${slug}/developments`).send(bodies).expect(201);
    }
  });
  afterAll(() => server.close());

  const nextOf = async (list: string): Promise<string> => {
    const { body } = await server.http.get(list).query({ limit: 1 }).expect(200);
    return body.next ?? body.developments.next;
  };
  const open = (list: string, after: string) => server.http.get(list).query({ after });

  const lists = [
    '/v1/timelines',
    `${story}/developments`,
    `${story}/developments?order=desc`,
    `${story}/developments?kind=reward`,
    `${story}/developments?kind=reward&actor=us-government`,
    '/v1/timelines/other/developments',
    matter,
    `${matter}?asOf=2022-01-01`,
    `${matter}/history`,
    `${matter}/history?axis=known`,
    `${matter}/history?axis=known&asOf=2022-01-01`,
  ];

  it.each(lists)('of %s goes on with it, and with no other', async (list) => {
    const cursor = await nextOf(list);
    expect(cursor).toMatch(/^[A-Za-z0-9_-]+$/);
    const { body } = await open(list, cursor).expect(200);
    expect((body.items ?? body.developments.items).length).toBeGreaterThan(0);
    for (const other of lists.filter((each) => each !== list)) {
      const refused = await open(other, cursor).expect(400);
      expect({ other, code: refused.body.code }).toEqual({ other, code: 'invalid-cursor' });
    }
  });

  it('is the same list whatever the size of its pages, and in whatever order its filters are told', async () => {
    const cursor = await nextOf(`${story}/developments?kind=reward&actor=us-government`);
    const query = `limit=2&atLeast=0&actor=us-government&kind=reward&after=${cursor}`;
    const { body } = await server.http.get(`${story}/developments?${query}`).expect(200);
    expect(body.items.map(({ position }: any) => position)).toEqual([1, 2]);
  });

  it('is taken by HEAD as by GET', async () => {
    for (const list of [`${story}/developments`, '/v1/timelines']) {
      const after = await nextOf(list);
      await server.http.head(list).query({ after }).expect(200);
      await server.http
        .head(list)
        .query({ after: after.slice(1) })
        .expect(400);
    }
  });

  it('leads on by its link with all else that was asked, whatever stands in it', async () => {
    const matching = development({ id: 'asked', matter: 'asked', title: 'who?&how' });
    const path = '/v1/timelines/third/developments';
    await server.http
      .post(path)
      .send([matching, { ...matching, id: 'asked-again' }])
      .expect(201);
    for (const query of ['q=who?%26how&limit=1', 'limit=1&q=who?']) {
      const { headers } = await server.http.get(`${path}?${query}`).expect(200);
      const [, link] = /^<(.*)>; rel="next"$/.exec(headers['link']!)!;
      const [before, linked] = [query, link!.split('?', 2)[1]!].map((text) => new URLSearchParams(text));
      linked!.delete('after');
      before!.sort();
      linked!.sort();
      expect(String(linked)).toBe(String(before));
      const { body } = await server.http.get(link!).expect(200);
      expect(body.items.map(({ id }: any) => id)).toEqual(['asked-again']);
    }
  });

  it('is worth nothing with any of its characters changed, left out or put in', async () => {
    const cursor = await nextOf(`${matter}/history`);
    const characters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-=.~'];
    const edited = fc
      .tuple(fc.nat(cursor.length), fc.constantFrom(0, 1, 2), fc.constantFrom('', ...characters))
      .map(([at, cut, put]) => cursor.slice(0, at) + put + cursor.slice(at + cut))
      .filter((each) => each !== cursor);
    await fc.assert(
      fc.asyncProperty(edited, async (each) => {
        expect((await open(`${matter}/history`, each)).body.code).toBe('invalid-cursor');
      }),
      { numRuns: 150 },
    );
    // The last character has bits that decode to nothing.
    for (const last of characters.filter((each) => !cursor.endsWith(each))) {
      expect((await open(`${matter}/history`, cursor.slice(0, -1) + last)).status).toBe(400);
    }
  });

  it.each([
    [`${matter}/history`, 'beginning'],
    [`${matter}/history?axis=known`, '0'],
    ['/v1/timelines', 'other'],
    [matter, 'r0'],
    [matter, ''],
    [`${story}/developments`, '1.5'],
    [`${story}/developments`, 'x'.repeat(5_000)],
  ])('of %s cannot be made up: %s', async (list, cursor) => {
    const { body } = await open(list, cursor).expect(400);
    expect(body.code).toBe('invalid-cursor');
    expect(body.detail.length).toBeLessThan(200);
  });

  it('may be a position in the log, and must be one in the stream', async () => {
    await open(`${story}/developments`, '1').expect(200);
    const { body } = await open(`${story}/stream`, await nextOf(`${story}/developments`)).expect(400);
    expect(body.code).toBe('invalid-parameter');
  });

  it('is not asked for where there is no list', async () => {
    const { body } = await open(story, await nextOf('/v1/timelines')).expect(400);
    expect(body.code).toBe('invalid-parameter');
  });

  it('is taken by every service that has the same secret, and by none that has another', async () => {
    const cursor = await nextOf('/v1/timelines');
    const same = await startTestServer();
    const another = await startTestServer({ edge: { cursorSecret: Buffer.alloc(32, 'another') } });
    await same.http.get('/v1/timelines').query({ after: cursor }).expect(200);
    await another.http.get('/v1/timelines').query({ after: cursor }).expect(400);
    await Promise.all([same.close(), another.close()]);
  });

  it.each([
    ['a retraction', 'retracted', {}, ['r2']],
    ['a hold', 'held', {}, ['r2']],
    ['a redaction', 'redacted', {}, ['r2']],
    ['a correction that puts it earlier', 'corrected', { replacement: { occurred: '2020-01-01' } }, ['r2']],
    ['a correction that puts it later', 'corrected', { replacement: { occurred: '2022' } }, ['r2', 'r1']],
    [
      'a correction that takes its date',
      'corrected',
      { replacement: { occurred: '[..2024-01-01]' } },
      ['r2', 'r1'],
    ],
  ])('goes on behind the last of its page after %s', async (_what, decision, fields, rest) => {
    const slug = `after-${decision}-${rest.length}-${JSON.stringify(fields).length}`;
    const path = `/v1/timelines/${slug}`;
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug })
      .expect(201);
    const bodies = ['2020-03-26', '2020-04-01', '2021-01-01'].map((occurred, i) =>
      development({ id: `r${i}`, occurred }),
    );
    await server.http.post(`${path}/developments`).send(bodies).expect(201);
    const list = `${path}/matters/us-reward-maduro?asOf=2025-10-01T00:00:00Z`;
    const first = await server.http.get(`${list}&limit=2`).expect(200);
    expect(first.body.developments.items).toEqual(['r0', 'r1']);
    const attribution = { by: 'our-desk', record: 'on-record' };
    const decided = { type: `record.${decision}`, target: 'r1', reason: 'Wrong', attribution, ...fields };
    await server.http.post(`${path}/developments`).send(decided).expect(201);
    const { body } = await open(list, first.body.developments.next).expect(200);
    expect(body.developments).toEqual({ items: rest, next: null });
  });

  it('goes on through what has no date, and from there to what has one', async () => {
    const path = '/v1/timelines/third';
    const undated = ['[..2025-12-31]', '/..', '[..2025-11-30]', '2020', '2019'].map((occurred, i) =>
      development({ id: `u${i}`, matter: 'undated', occurred, reportedAt: '2025-12-24T00:00:00Z' }),
    );
    await server.http.post(`${path}/developments`).send(undated).expect(201);
    const seen: string[] = [];
    for (let at: string | null = `${path}/matters/undated?asOf=2025-10-01&limit=1`; at !== null;) {
      const { body, headers }: { body: any; headers: any } = await server.http.get(at).expect(200);
      seen.push(...body.developments.items);
      at = /^<(.*)>; rel="next"$/.exec(headers['link'] ?? '')?.[1] ?? null;
    }
    expect(seen).toEqual(['u2', 'u1', 'u0', 'u4', 'u3']);
  });
});
