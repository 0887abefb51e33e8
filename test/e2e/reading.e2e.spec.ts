import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';

describe('reading', () => {
  let server: TestServer;
  let now = Date.parse('2025-09-01T10:00:00Z');

  beforeAll(async () => {
    server = await startTestServer({ clock: () => now });
    for (const slug of ['story', 'alpha', 'beta']) {
      await server.http
        .post('/v1/timelines')
        .send({ ...timeline, slug })
        .expect(201);
    }
    const told = [
      development({ id: 'a', occurred: '2020-03-26' }),
      development({ id: 'b', occurred: '2025-01-10', type: 'reward.changed', title: 'Raised to 25 million' }),
      development({
        id: 'c',
        matter: 'patrol',
        type: 'deployment.underway',
        occurred: '2025-08-28',
        actors: ['ve-navy'],
        places: [{ ref: 'caribbean', precision: 'region' }],
        quantities: [],
      }),
      development({
        id: 'd',
        matter: 'patrol',
        type: 'deployment.withdrawn',
        occurred: '2025-08-30',
        quantities: [],
      }),
      {
        id: 'e',
        type: 'record.confirmed',
        target: 'b',
        reason: 'Seen',
        attribution: { by: 'desk', record: 'on-record' },
      },
    ];
    for (const body of told) {
      now += 86_400_000;
      await server.http.post(`${story}/developments`).send(body).expect(201);
    }
  });
  afterAll(() => server.close());

  const get = (path: string) => server.http.get(path);
  const ids = async (query: string) =>
    (await get(`${story}/developments?${query}`).expect(200)).body.items.map((item: any) => item.id).join('');

  it.each([
    ['', 'abcde'],
    ['order=desc', 'edcba'],
    ['after=2', 'de'],
    ['after=2&order=desc', 'ba'],
    ['after=-1&limit=2', 'ab'],
    ['kind=reward', 'ab'],
    ['kind=record', 'e'],
    ['type=reward.changed', 'b'],
    ['matter=patrol', 'cd'],
    ['actor=ve-navy', 'c'],
    ['place=caribbean', 'c'],
    ['q=raised', 'b'],
    ['q=%22raised%20to%22', 'b'],
    ['q=RAISED%20r%C3%A1ised', 'b'],
    ['q=raised%27%29%28%26%7C%21%3A*', 'b'],
    ['q=raised%20lowered', ''],
    ['occurredFrom=2025-01-10&occurredTo=2025-08-28', 'bc'],
    ['recordedFrom=2025-09-03&recordedTo=2025-09-04', 'bc'],
    ['kind=reward&actor=us-government&limit=1', 'a'],
  ])('the log, ?%s', async (query, expected) => {
    expect(await ids(query)).toBe(expected);
  });

  it('serves a development flat, as it was recorded', async () => {
    const { body } = await get(`${story}/developments?limit=1`);
    expect(body.items[0]).toEqual({
      ...development({ id: 'a', occurred: '2020-03-26' }),
      timezone: 'America/New_York',
      mode: 'actual',
      assertion: 'reported',
      position: 0,
      version: 1,
      recordedAt: '2025-09-02T10:00:00.000Z',
      recordedBy: server.admin.id,
      bounds: { earliest: '2020-03-26T04:00:00.000Z', latest: '2020-03-27T04:00:00.000Z' },
      leafHash: expect.any(String),
    });
  });

  it('serves one by id with what the desk decided about it', async () => {
    const { body } = await get(`${story}/developments/b`).expect(200);
    expect(body).toMatchObject({
      id: 'b',
      current: { title: 'Raised to 25 million' },
      status: { verification: 'confirmed' },
      desk: [{ id: 'e' }],
    });
  });

  it.each([
    [`${story}/developments?limit=2&kind=reward&order=asc`, 'ab'],
    [`${story}/developments?limit=2`, 'abcde'],
    [`${story}/developments?limit=2&order=desc`, 'edcba'],
  ])('goes through all of %s by its links', async (start, expected) => {
    let seen = '';
    let path: string | undefined = start;
    while (path !== undefined) {
      const { body, headers }: any = await get(path).expect(200);
      seen += body.items.map((item: any) => item.id).join('');
      const link = /^<([^>]+)>; rel="next"$/.exec(headers.link ?? '')?.[1];
      expect(link === undefined).toBe(body.next === null);
      if (link !== undefined) expect(new URL(link, 'http://x').searchParams.get('after')).toBe(body.next);
      path = link;
    }
    expect(seen).toBe(expected);
  });

  it('goes through the timelines, a matter and its history by their cursors', async () => {
    const first = await get('/v1/timelines?limit=2').expect(200);
    expect(first.body.items.map((item: any) => item.slug)).toEqual(['alpha', 'beta']);
    const second = await get(`/v1/timelines?limit=2&after=${first.body.next}`).expect(200);
    expect([second.body.items.map((item: any) => item.slug), second.body.next]).toEqual([['story'], null]);

    const matter = await get(`${story}/matters/us-reward-maduro?limit=1`).expect(200);
    expect(matter.body.developments.items).toEqual(['a']);
    const { next } = matter.body.developments;
    expect(matter.headers.link).toBe(`<${story}/matters/us-reward-maduro?limit=1&after=${next}>; rel="next"`);
    const rest = await get(`${story}/matters/us-reward-maduro?limit=1&after=${next}`).expect(200);
    expect(rest.body.developments).toEqual({ items: ['b'], next: null });

    const history = await get(`${story}/matters/us-reward-maduro/history?limit=1`).expect(200);
    const after = encodeURIComponent(history.body.next);
    const later = await get(`${story}/matters/us-reward-maduro/history?limit=1&after=${after}`).expect(200);
    expect([history.body.items[0].phase, later.body.items[0].phase]).toEqual(['offered', 'changed']);
  });

  const reads = [
    '/v1/timelines',
    story,
    `${story}/developments`,
    `${story}/developments/a`,
    `${story}/situation?asOf=2025-09-01T00:00:00Z`,
    `${story}/matters/patrol?asOf=2025-08-29T00:00:00Z&knownAt=3`,
    `${story}/matters/patrol/history`,
    '/openapi.json',
  ];

  it.each(reads)('%s has a strong ETag, and 304 for who has it', async (path) => {
    const { headers, body } = await get(path).expect(200);
    expect(headers.etag).toMatch(/^"[\w-]{20,}"$/);
    const asksWho = path !== '/openapi.json';
    expect(headers['cache-control']).toBe(asksWho ? 'private, no-cache' : 'no-cache');
    expect(headers['vary']).toBe('Authorization');
    for (const tags of [headers.etag!, `W/${headers.etag}`, `"other", ${headers.etag}`, '*']) {
      const again = await get(path).set('if-none-match', tags).expect(304);
      expect([again.text, again.headers.etag]).toEqual(['', headers.etag]);
    }
    expect((await get(path).set('if-none-match', '"other"').expect(200)).body).toEqual(body);
    const head = await server.http.head(path).expect(200);
    expect([head.headers.etag, head.headers['content-length']]).toEqual([
      headers.etag,
      headers['content-length'],
    ]);
  });

  it('has the same bytes for a pinned question, whatever is recorded later', async () => {
    const path = `${story}/situation?asOf=2025-08-29T12:00:00Z&knownAt=2`;
    const before = await get(path).expect(200);
    await server.http
      .post(`${story}/developments`)
      .send(development({ id: 'late', occurred: '2024' }))
      .expect(201);
    const after = await get(path).set('if-none-match', before.headers.etag!);
    expect(after.status).toBe(304);
    expect((await get(path)).text).toBe(before.text);
  });

  it('reads its own write with atLeast, and waits for what is not there yet', async () => {
    const { body } = await get(story);
    const next = body.size as number;
    const waiting = get(`${story}/developments/soon?atLeast=${next}`).then((answer) => answer);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.http
      .post(`${story}/developments`)
      .send(development({ id: 'soon' }))
      .expect(201);
    expect((await waiting).status).toBe(200);
    await get(`${story}/situation?atLeast=${next}`).expect(200);
    const late = await get(`${story}/situation?atLeast=${next + 1}`).expect(503);
    expect(late.body.code).toBe('not-caught-up');
    expect(late.headers['retry-after']).toBe('1');
  });

  it('leaves closed matters out unless they are asked for', async () => {
    const matters = async (query: string) =>
      (await get(`${story}/situation?${query}`).expect(200)).body.panels.flatMap((panel: any) =>
        panel.matters.map((m: any) => m.matter),
      );
    expect(await matters('asOf=2025-09-01')).toEqual(['us-reward-maduro']);
    expect(await matters('asOf=2025-09-01&includeClosed=true')).toEqual(['patrol', 'us-reward-maduro']);
    expect(await matters('asOf=2025-08-29T12:00:00Z')).toEqual(['patrol', 'us-reward-maduro']);
    expect(await matters('asOf=2025-08-29T12:00:00Z&panel=forces')).toEqual(['patrol']);
    expect(await matters('asOf=2025-08-29T12:00:00Z&kind=reward&actor=us-government')).toEqual([
      'us-reward-maduro',
    ]);
  });

  it('says that it lives, that it is ready, and where to begin', async () => {
    expect((await get('/health/live').expect(200)).body).toEqual({ live: true });
    expect((await get('/health/ready').expect(200)).body).toMatchObject({ ready: true });
    const page = await get('/').expect(200);
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.text).toContain('/v1/timelines/story/situation');
    // A title may be 500 characters without a space, and run from right to left.
    expect(page.text).toMatch(/h2 \{[^}]*overflow-wrap: anywhere;/);
    expect(page.text).toContain(`<h2 dir="auto">${timeline.title}</h2>`);
    for (const header of ['x-powered-by', 'server']) expect(page.headers[header]).toBeUndefined();
    // Its clock stands still.
    expect(server.said.filter((line) => !line.includes('The clocks'))).toEqual([]);
  });
});
