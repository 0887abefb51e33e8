import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rawRequest } from '../support/raw-request.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';
const ours = 'https://news.example.org';

/** With a proxy in front, and pages of one origin that may read. */
let behind: TestServer;
/** With neither. */
let bare: TestServer;

beforeAll(async () => {
  behind = await startTestServer({ edge: { corsOrigins: [ours], trustedProxies: 1 } });
  bare = await startTestServer();
  for (const { http } of [behind, bare]) {
    await http.post('/v1/timelines').send(timeline).expect(201);
    await http.post(`${story}/developments`).send(development()).expect(201);
  }
});
afterAll(async () => {
  await behind.close();
  await bare.close();
  expect([...behind.said, ...bare.said]).toEqual([]);
});

/** With the admin's key among its headers, where it posts. */
function keyed(bytes: string): string {
  return bytes.replace(/^(POST .*\r\n)/, `$1Authorization: ${bare.admin.authorization}\r\n`);
}

describe('every answer', () => {
  const answers: [what: string, status: number, bytes: string][] = [
    ['a page', 200, 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a read', 200, `GET ${story}/situation HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['a list', 200, `GET ${story}/developments HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['health', 200, 'GET /health/ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['a stream', 200, `HEAD ${story}/stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    ['a path there is not', 404, 'GET /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    [
      'a path that cannot be read',
      400,
      'GET /v1/timelines/% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ],
    ['a method there is not', 405, `PUT ${story} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`],
    [
      'a body that will not do',
      400,
      'POST /v1/timelines HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 1\r\n\r\n{',
    ],
    [
      'a body that is too long',
      413,
      'POST /v1/timelines HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n',
    ],
    [
      'an expectation that is not met',
      417,
      `GET ${story} HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\nConnection: close\r\n\r\n`,
    ],
    ['what is no request', 400, 'hello\r\n\r\n'],
  ];

  it.each(answers)('says what browsers and caches may do with it: %s', async (...[, status, bytes]) => {
    const answer = await rawRequest(bare.url, keyed(bytes));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    const head = answer.split('\r\n\r\n', 1)[0]!.toLowerCase().split('\r\n');
    for (const header of [
      'x-content-type-options: nosniff',
      'referrer-policy: no-referrer',
      'x-frame-options: deny',
      'cross-origin-resource-policy: same-origin',
      'vary: authorization',
    ]) {
      expect(head).toContain(header);
    }
    expect(head.filter((line) => line.startsWith('cache-control: '))).toHaveLength(1);
    const policy = head.find((line) => line.startsWith('content-security-policy: '))!;
    expect(policy).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    const told = ['server', 'x-powered-by', 'strict-transport-security', 'access-control-', 'set-cookie'];
    expect(head.filter((line) => told.some((name) => line.startsWith(name)))).toEqual([]);
  });

  it('may be kept and asked about again by who sent no key, and by nobody for who did', async () => {
    for (const path of ['/v1/timelines', story, `${story}/situation`, `${story}/developments`]) {
      const open = await bare.anonymous.get(path).expect(200);
      expect(open.headers['cache-control']).toBe('no-cache');
      const own = await bare.http.get(path).expect(200);
      expect(own.headers['cache-control']).toBe('private, no-cache');
    }
  });

  it('of a browser comes from here alone, and without a connection kept for what was refused', async () => {
    const { headers } = await bare.http.get('/').expect(200);
    expect(headers['content-security-policy']).toContain("style-src 'unsafe-inline'");
    expect(headers['content-security-policy']).not.toContain('script-src');
  });
});

describe('pages of other origins', () => {
  const preflight = (server: TestServer, origin: string, path = `${story}/developments`) =>
    server.http.options(path).set({ origin, 'access-control-request-method': 'POST' });

  it('may read and record where an operator allows their origin', async () => {
    const asked = await preflight(behind, ours).expect(204);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': ours,
      'access-control-allow-methods': 'GET, HEAD, POST',
      vary: 'Authorization, Origin',
    });
    const allowed = asked.headers['access-control-allow-headers']!.toLowerCase().split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'if-match', 'last-event-id']));
    const read = await behind.http.get(`${story}/situation`).set({ origin: ours }).expect(200);
    expect(read.headers['access-control-allow-origin']).toBe(ours);
    const exposed = read.headers['access-control-expose-headers']!.split(', ');
    expect(exposed).toEqual(expect.arrayContaining(['ETag', 'Link', 'Location', 'Retry-After', 'RateLimit']));
    const refused = await behind.http.get('/v1/timelines/nobody').set({ origin: ours }).expect(404);
    expect(refused.headers['access-control-allow-origin']).toBe(ours);
  });

  it.each([
    'https://evil.example.org',
    'https://news.example.org.evil',
    `${ours}:444`,
    'null',
    ours.toUpperCase(),
  ])('of %s may not', async (origin) => {
    for (const server of [behind, bare]) {
      const asked = await preflight(server, origin).expect(405);
      const read = await server.http.get(story).set({ origin }).expect(200);
      for (const { headers } of [asked, read]) {
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
    }
  });

  it('may nothing by default', async () => {
    await preflight(bare, ours).expect(405);
    expect((await bare.http.get(story).set({ origin: ours })).headers.vary).toBe('Authorization');
  });

  it('never send cookies along, and are not told of paths there are not', async () => {
    const asked = await preflight(behind, ours).expect(204);
    expect(asked.headers['access-control-allow-credentials']).toBeUndefined();
    await preflight(behind, ours, '/nowhere').expect(404);
  });
});

describe('what a proxy says of the request', () => {
  it.each([
    ['cannot be decoded', '/v1/timelines/%zz'],
    ['has a name of 520 characters', `/v1/timelines/${'a'.repeat(520)}`],
  ])('counts, and so does the origin, where the path %s', async (_, path) => {
    const asked = behind.http.get(path).set({ 'x-forwarded-proto': 'https', origin: ours });
    expect((await asked).headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'access-control-allow-origin': ours,
    });
  });

  it('is believed of https where the proxy is trusted', async () => {
    const secure = await behind.http.get(story).set({ 'x-forwarded-proto': 'https' });
    expect(secure.headers['strict-transport-security']).toBe('max-age=31536000');
    const plain = await behind.http.get(story).set({ 'x-forwarded-proto': 'http' });
    expect(plain.headers['strict-transport-security']).toBeUndefined();
  });

  it('is not believed otherwise', async () => {
    const { headers } = await bare.http.get(story).set({ 'x-forwarded-proto': 'https' });
    expect(headers['strict-transport-security']).toBeUndefined();
  });
});

describe('bytes meant to be read differently by a proxy and by the service', () => {
  const post = 'POST /v1/timelines HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
  const smuggled: [what: string, bytes: string][] = [
    [
      'a length and chunks',
      `${post}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    ],
    [
      'chunks and a length',
      `${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n`,
    ],
    ['two lengths', `${post}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`],
    ['a length with a sign', `${post}Content-Length: +2\r\n\r\n{}`],
    ['a length in hexadecimal', `${post}Content-Length: 0x2\r\n\r\n{}`],
    ['an encoding there is not', `${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['an encoding with a space before its colon', `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['a chunk whose size is none', `${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ['a chunk that ends in a bare line feed', `${post}Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n`],
    ['a header that goes on in the next line', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n c\r\n\r\n'],
    ['lines that end in a bare line feed', 'GET / HTTP/1.1\nHost: x\n\n'],
    ['a bare carriage return in a header', 'GET / HTTP/1.1\r\nHost: x\rX-A: b\r\n\r\n'],
    ['NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'],
    [
      'two keys',
      `GET ${story} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n`,
    ],
    ['gzip and chunks', `${post}Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    ['two media types', `${post}content-type: text/plain\r\nContent-Length: 2\r\n\r\n{}`],
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b/c@d\r\n\r\n'],
    ['a vain expectation', `${post}Expect: 200-maybe\r\nContent-Length: 2\r\n\r\n{}`],
    ['a vain expectation of nobody', 'POST /v1/keys HTTP/1.1\r\nHost: x\r\nExpect: all\r\n\r\n'],
    ['an empty host', 'GET / HTTP/1.1\r\nHost:\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['a space in the path', 'GET /v1/ timelines HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['headers of 17 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`],
    ['a path of 17 KiB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ['a preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ];

  it.each(smuggled)('are refused, and the connection is closed: %s', async (...[, bytes]) => {
    const answer = await rawRequest(bare.url, keyed(bytes));
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1 \d\d\d/g)).toHaveLength(1);
  });

  it.each(['CONNECT example.org:443', 'TRACE /v1/timelines', 'TRACK /', 'DEBUG /', 'PROPFIND /v1/timelines'])(
    'do nothing with %s',
    async (line) => {
      const answer = await rawRequest(
        bare.url,
        `${line} HTTP/1.1\r\nHost: x\r\nX-Secret: told\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^$|^HTTP\/1\.1 4\d\d /);
      expect(answer).not.toContain('told');
    },
  );

  it('leave no timeline behind', async () => {
    const { body } = await bare.http.get('/v1/timelines').expect(200);
    expect(body.items).toHaveLength(1);
  });
});
