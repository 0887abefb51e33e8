import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OpenApi } from '../support/openapi.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  await server.http.post(`${story}/developments`).send(development()).expect(201);
});
afterAll(() => server.close());

it('every read of a timeline takes atLeast', async () => {
  const documented = (await OpenApi.read(server.http))
    .operations()
    .filter(({ method, path }) => method === 'get' && path.startsWith('/v1/timelines/{timeline}'));
  expect(documented.length).toBeGreaterThan(15);
  for (const { path, operation } of documented) {
    const names = operation.parameters.map(({ name }: any) => name);
    expect({ path, names }).toEqual({ path, names: expect.arrayContaining(['atLeast']) });
    expect({ path, refused: Object.keys(operation.responses) }).toEqual({
      path,
      refused: expect.arrayContaining(['400', '404', '503']),
    });
  }
});

const reads = [
  '',
  '/log/checkpoint',
  '/log/key',
  '/log/keys',
  '/log/proof?position=0',
  '/log/consistency?from=1',
  '/log/tile/0/000.p/1',
];

const get = (read: string, atLeast: number | string) =>
  server.http.get(`${story}${read}${read.includes('?') ? '&' : '?'}atLeast=${atLeast}`);

it.each(reads.map((read) => [read]))('%s waits for the position', async (read) => {
  const { size } = (await server.http.get(story).expect(200)).body;
  const waiting = get(read, size).then((answer) => answer);
  await new Promise((resolve) => setTimeout(resolve, 200));
  await server.http
    .post(`${story}/developments`)
    .send(development({ title: `Of ${read}` }))
    .expect(201);
  const { status, body, text } = await waiting;
  expect(status).toBe(200);
  // What is answered holds it.
  if (read === '') expect(body.size).toBe(size + 1);
  if (read === '/log/checkpoint') expect(text.split('\n')[1]).toBe(String(size + 1));
  if (read.startsWith('/log/proof')) expect(body.size).toBe(size + 1);
  if (read.startsWith('/log/consistency')) expect(body.to).toBe(size + 1);
});

it('says after a while that the position did not come, and at once of what is none', async () => {
  const answers = await Promise.all(reads.map((read) => get(read, 1_000).then((answer) => answer)));
  for (const { status, body, headers } of answers) {
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'not-caught-up' });
    expect(headers['retry-after']).toBe('1');
  }
  for (const read of reads) {
    const { body } = await get(read, 'soon').expect(400);
    expect(body.parameter).toBe('atLeast');
  }
}, 15_000);
