import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from '../support/raw-request.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';

describe('what the service refuses before it looks anything up', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    await server.http.post(`${story}/developments`).send(development()).expect(201);
  });
  afterAll(() => server.close());

  const gets: [path: string, status: number, code: string, word?: string][] = [
    ['/nowhere', 404, 'not-found'],
    ['/v1', 404, 'not-found'],
    ['/v1/timelines/', 404, 'not-found'],
    ['/v1/timelines//situation', 404, 'not-found'],
    ['/V1/timelines', 404, 'not-found'],
    ['/v1/timelines/nobody', 404, 'unknown-timeline'],
    ['/v1/timelines/nobody/situation', 404, 'unknown-timeline'],
    ['/v1/timelines/nobody/developments', 404, 'unknown-timeline'],
    ['/v1/timelines/Story', 404, 'unknown-timeline'],
    ['/v1/timelines/a%00b', 404, 'unknown-timeline'],
    ['/v1/timelines/%2e%2e%2fsecret', 404, 'unknown-timeline'],
    [`/v1/timelines/${'x'.repeat(129)}`, 404, 'unknown-timeline'],
    [`/v1/timelines/${'x'.repeat(3000)}`, 404, 'unknown-timeline'],
    ['/v1/timelines/%', 400, 'malformed-request'],
    ['/v1/timelines/%ff', 400, 'malformed-request'],
    ['/v1/timelines/%zz/situation', 400, 'malformed-request'],
    [`${story}/developments/nobody`, 404, 'unknown-development'],
    [`${story}/developments/a%20b`, 404, 'not-found'],
    [`${story}/developments/${'x'.repeat(129)}`, 404, 'not-found'],
    [`${story}/matters/nothing`, 404, 'unknown-matter'],
    [`${story}/matters/NOTHING`, 404, 'not-found'],
    [`${story}/matters/nothing/history`, 404, 'unknown-matter'],
    [`${story}?colour=red`, 400, 'invalid-parameter', 'colour'],
    ['/v1/timelines?limit=0', 400, 'invalid-parameter', '1 to 1000'],
    ['/v1/timelines?limit=1001', 400, 'invalid-parameter', '1 to 1000'],
    ['/v1/timelines?limit=10.5', 400, 'invalid-parameter', '1 to 1000'],
    ['/v1/timelines?limit=1e2', 400, 'invalid-parameter', '1 to 1000'],
    ['/v1/timelines?limit=', 400, 'invalid-parameter', '1 to 1000'],
    ['/v1/timelines?limit=1&limit=2', 400, 'invalid-parameter', 'more than once'],
    [`${story}/situation?asof=2025-01-01`, 400, 'invalid-parameter', 'asOf'],
    [`${story}/situation?asOf=2025-01-01&asOf=2025-01-02`, 400, 'invalid-parameter', 'more than once'],
    [`${story}/situation?asOf=2025-08-25T12:00:00+04:00`, 400, 'invalid-parameter', '%2B'],
    [`${story}/situation?asOf=`, 400, 'invalid-parameter', 'asOf'],
    [`${story}/situation?asOf=yesterday`, 400, 'invalid-parameter', 'RFC 3339'],
    [`${story}/situation?asOf=2025-02-30`, 400, 'invalid-parameter', 'RFC 3339'],
    [`${story}/situation?asOf=9999-12-31`, 400, 'invalid-parameter', 'ends beyond the year 9999'],
    [`${story}/situation?asOf=2025-01-01T00:00:00`, 400, 'invalid-parameter', 'RFC 3339'],
    [`${story}/situation?asOf=2025-01-01%00`, 400, 'invalid-parameter', 'asOf'],
    [`${story}/situation?knownAt=1`, 400, 'invalid-parameter', 'last position is 0'],
    [`${story}/situation?knownAt=-1`, 400, 'invalid-parameter', 'position'],
    [`${story}/situation?knownAt=99999999999999999999`, 400, 'invalid-parameter', 'position'],
    [`${story}/situation?knownAt=1.0`, 400, 'invalid-parameter', 'position'],
    [`${story}/situation?atLeast=soon`, 400, 'invalid-parameter', 'atLeast'],
    [`${story}/situation?kind=rewards`, 400, 'invalid-parameter', 'reward'],
    [`${story}/situation?panel=reward`, 400, 'invalid-parameter', 'rewards'],
    [`${story}/situation?panel=`, 400, 'invalid-parameter', 'panel'],
    [`${story}/situation?actor=US`, 400, 'invalid-parameter', 'slug'],
    [`${story}/situation?includeClosed=yes`, 400, 'invalid-parameter', 'true, false'],
    [`${story}/situation?__proto__=1`, 400, 'invalid-parameter', '__proto__'],
    [`${story}/situation?constructor=1`, 400, 'invalid-parameter', 'constructor'],
    [`${story}/situation?toString`, 400, 'invalid-parameter', 'toString'],
    [`${story}/matters/us-reward-maduro?axis=known`, 400, 'invalid-parameter', 'axis'],
    [`${story}/matters/us-reward-maduro?after=nobody`, 400, 'invalid-cursor'],
    [`${story}/matters/us-reward-maduro/history?axis=both`, 400, 'invalid-parameter', 'valid, known'],
    [`${story}/matters/us-reward-maduro/history?asOf=2021-01-01`, 400, 'invalid-parameter', 'axis=known'],
    [
      `${story}/matters/us-reward-maduro/history?axis=valid&asOf=2021-01-01`,
      400,
      'invalid-parameter',
      'asOf',
    ],
    [`${story}/matters/us-reward-maduro/history?after=x`, 400, 'invalid-cursor'],
    [`${story}/developments?order=up`, 400, 'invalid-parameter', 'asc, desc'],
    [`${story}/developments?after=x`, 400, 'invalid-cursor'],
    [`${story}/developments?type=reward.ofered`, 400, 'invalid-parameter', 'reward.offered'],
    [`${story}/developments?kind=reword`, 400, 'invalid-parameter', 'reward'],
    [`${story}/developments?q=`, 400, 'invalid-parameter', 'q'],
    [`${story}/developments?q=%27%29%28%26%7C%21%3A*`, 400, 'invalid-parameter', 'letter'],
    [`${story}/developments?q=%00`, 400, 'invalid-parameter', 'q'],
    [`${story}/developments?occurredFrom=now`, 400, 'invalid-parameter', 'RFC 3339'],
    [`${story}/developments?recordedTo=2025-13-01`, 400, 'invalid-parameter', 'RFC 3339'],
    [`${story}/developments/x?colour=red`, 400, 'invalid-parameter', 'atLeast'],
    ['/health/live?x=1', 400, 'invalid-parameter', 'x'],
    ['/health/ready?x=1', 400, 'invalid-parameter', 'x'],
    ['/openapi.json?x=1', 400, 'invalid-parameter', 'x'],
  ];

  it.each(gets)('GET %s', async (...[path, status, code, word]) => {
    const { body, headers, status: given } = await server.http.get(path);
    expect({ given, code: body.code }).toEqual({ given: status, code });
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({ type: `urn:dateline:problem:${code}`, status, title: expect.any(String) });
    if (word !== undefined) expect(JSON.stringify(body)).toContain(word);
  });

  const methods: [method: string, path: string, allow: string][] = [
    ['DELETE', '/v1/timelines', 'GET, HEAD, POST'],
    ['PUT', story, 'GET, HEAD'],
    ['PATCH', `${story}/developments/x`, 'GET, HEAD'],
    ['DELETE', `${story}/developments`, 'GET, HEAD, POST'],
    ['POST', `${story}/situation`, 'GET, HEAD'],
    ['TRACE', '/v1/timelines', 'GET, HEAD, POST'],
    ['OPTIONS', '/health/live', 'GET, HEAD'],
    ['PROPFIND', '/v1/timelines', 'GET, HEAD, POST'],
    ['POST', '/', 'GET, HEAD'],
  ];

  it.each(methods)('%s %s is not allowed, and what is, is said', async (...[method, path, allow]) => {
    const answer = await rawRequest(
      server.url,
      `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toMatch(new RegExp(`\r\nallow: ${allow}\r\n`));
    expect(answer).toContain('"code":"method-not-allowed"');
  });

  it.each([
    ['/nowhere', 404, 'not-found'],
    [`${story}/situation`, 405, 'method-not-allowed'],
  ])('reads no body where there is no route: %s', async (...[path, status, code]) => {
    for (const body of ['{', `"${'x'.repeat(5_000_000)}"`]) {
      const answer = await server.http.post(path).set('content-type', 'application/json').send(body);
      expect([answer.status, answer.body.code]).toEqual([status, code]);
    }
  });

  const raw: [what: string, request: string, status: number][] = [
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a version there is not', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['17 KiB of headers', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`, 431],
    [
      'two lengths',
      'POST /v1/timelines HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx',
      400,
    ],
    [
      'a length and chunks',
      'POST /v1/timelines HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['a path without its slash', 'GET v1/timelines HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 400],
    ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 404],
  ];

  it.each(raw)('answers %s with a problem', async (...[, request, status]) => {
    const answer = await rawRequest(server.url, request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  const timelines: [what: string, body: object, pointer: string, status: number][] = [
    ['nothing', {}, '/slug', 400],
    ['a slug in capitals', { ...timeline, slug: 'Story' }, '/slug', 400],
    ['no title', { ...timeline, title: '' }, '/title', 400],
    ['a title with a control character', { ...timeline, title: 'a\tb' }, '/title', 400],
    ['a number for a title', { ...timeline, title: 5 }, '/title', 400],
    ['a zone that is no text', { ...timeline, timezone: null }, '/timezone', 400],
    ['a zone there is not', { ...timeline, slug: 'other', timezone: 'Mars/Olympus' }, '/timezone', 422],
    ['a visibility there is not', { ...timeline, visibility: 'secret' }, '/visibility', 400],
    ['a field too many', { ...timeline, size: 4 }, '/size', 400],
    ['a list', [timeline], '', 400],
  ];

  it.each(timelines)('makes no timeline of %s', async (...[, body, pointer, status]) => {
    const answer = await server.http.post('/v1/timelines').send(body);
    expect(answer.status).toBe(status);
    expect(answer.body.errors.map((error: any) => error.pointer)).toContain(pointer);
  });

  it('makes no timeline of a body that is not there', async () => {
    const { body } = await server.http.post('/v1/timelines').expect(400);
    expect(body.code).toBe('malformed-json');
  });

  it('makes no second timeline of the same slug', async () => {
    const { body } = await server.http.post('/v1/timelines').send(timeline).expect(409);
    expect(body.code).toBe('timeline-exists');
  });

  it('was never at a loss', () => {
    expect(server.said).toEqual([]);
  });
});
