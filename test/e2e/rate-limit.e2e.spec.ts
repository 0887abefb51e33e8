import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAnswer } from '../support/raw-answer.js';
import { rawRequest } from '../support/raw-request.js';
import { type Http, startTestServer, type TestServer } from '../support/server.js';
import { timeline } from './development.js';

const story = '/v1/timelines/story';
const rate = { requests: 10, seconds: 30 };

describe('a rate limit', () => {
  let server: TestServer;

  beforeAll(async () => {
    // A proxy is trusted, so that each test has an address of its own.
    server = await startTestServer({ edge: { rate, trustedProxies: 1 } });
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(async () => {
    await server.close();
    expect(server.said).toEqual([]);
  });

  const get = (http: Http, address: string, path = story) => http.get(path).set('x-forwarded-for', address);
  async function statuses(count: number, ask: () => Promise<{ status: number }>): Promise<number[]> {
    const seen: number[] = [];
    for (let i = 0; i < count; i++) seen.push((await ask()).status);
    return seen;
  }
  const times = (count: number, status: number) => Array<number>(count).fill(status);

  it('lets so many requests by, tells how many are left, and then for how long there are none', async () => {
    const first = await get(server.anonymous, '10.0.0.1').expect(200);
    expect(first.headers['ratelimit-policy']).toBe('"requests";q=10;w=30');
    expect(first.headers['ratelimit']).toBe('"requests";r=9;t=30');
    expect(await statuses(9, () => get(server.anonymous, '10.0.0.1'))).toEqual(times(9, 200));
    const { body, headers } = await get(server.anonymous, '10.0.0.1').expect(429);
    expect(body).toMatchObject({
      code: 'rate-limited',
      detail: expect.stringContaining('10 requests in 30 s'),
    });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(30);
    expect(headers['ratelimit']).toMatch(/^"requests";r=0;t=\d+$/);
    await get(server.anonymous, '10.0.0.2').expect(200);
  });

  it('is each key’s own, wherever it comes from', async () => {
    const [one, other] = await Promise.all([server.as('reader'), server.as('reader')]);
    // The first request shows that the key is good, and is its address's.
    await get(one, '10.0.1.1').expect(200);
    let host = 2;
    expect(await statuses(10, () => get(one, `10.0.1.${host++}`))).toEqual(times(10, 200));
    await get(one, '10.0.1.99').expect(429);
    await get(other, '10.0.1.1').expect(200);
  });

  it('counts who guesses keys by address', async () => {
    let guess = 0;
    const ask = () =>
      get(server.anonymous, '10.0.2.1').set(
        'authorization',
        `Bearer dl_r_${String(guess++).padStart(28, '0')}`,
      );
    expect(await statuses(12, ask)).toEqual([...times(10, 401), 429, 429]);
  });

  it('counts what no route can read', async () => {
    const paths = ['/v1/timelines/%zz', `/v1/timelines/${'a'.repeat(520)}`, '/%', '/nowhere'];
    let asked = 0;
    const ask = () => get(server.anonymous, '10.0.4.1', paths[asked++ % paths.length]);
    const seen = await statuses(12, ask);
    expect(seen).toEqual([400, 404, 400, 404, 400, 404, 400, 404, 400, 404, 429, 429]);
    const { headers } = await get(server.anonymous, '10.0.4.2', '/%').expect(400);
    expect(headers['ratelimit']).toBe('"requests";r=9;t=30');
  });

  it.each([
    ['expects in vain', '10.0.5.1', 'Expect: something', 417],
    ['leaves open whom it asks', '10.0.5.2', 'Host: y', 400],
  ])('counts what %s', async (_, address, line, status) => {
    const head = `GET ${story} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: ${address}\r\n${line}\r\n`;
    const ask = async () => readAnswer(await rawRequest(server.url, `${head}Connection: close\r\n\r\n`));
    expect(await statuses(12, ask)).toEqual([...times(10, status), 429, 429]);
  });

  it('counts the addresses of one IPv6 network as one', async () => {
    let host = 1;
    const ask = () => get(server.anonymous, `2001:db8::${(host++).toString(16)}:1`);
    expect(await statuses(12, ask)).toEqual([...times(10, 200), 429, 429]);
    await get(server.anonymous, '2001:db8:0:1::1').expect(200);
  });

  it('does not count who asks whether the service is well, or how it is asked', async () => {
    for (const path of ['/health/live', '/openapi.json']) {
      const ask = () => get(server.anonymous, '10.0.3.1', path);
      expect(await statuses(15, ask)).toEqual(times(15, 200));
    }
  });

  it('is not there unless it is set', async () => {
    const free = await startTestServer();
    const { headers } = await free.http.get('/v1/timelines').expect(200);
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    await free.close();
  });
});
