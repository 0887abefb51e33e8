import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { EventReader } from '../support/event-reader.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const log = '/v1/timelines/story/developments';
const count = 6;

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  const url = `https://example.org/${'x'.repeat(39_000)}`;
  const sources = Array.from({ length: 100 }, () => ({ url }));
  for (let n = 0; n < count; n++) {
    await server.http
      .post(log)
      .send(development({ id: `${n}`, matter: `m-${n}`, sources }))
      .expect(201);
  }
}, 60_000);
afterAll(() => server.close());

describe('developments of four megabytes each', () => {
  it.each(['asc', 'desc'])(
    'come in pages that fit into memory, whatever their number: %s',
    async (order) => {
      const seen: number[] = [];
      let path: string | undefined = `${log}?limit=1000&order=${order}`;
      while (path) {
        const answer: Response = await server.anonymous.get(path).expect(200);
        expect(answer.text.length).toBeLessThan(17 * 1024 * 1024);
        seen.push(...answer.body.items.map(({ position }: { position: number }) => position));
        path = /<(.*)>/.exec(answer.headers['link'] ?? '')?.[1];
      }
      const all = Array.from({ length: count }, (_, n) => n);
      expect(seen).toEqual(order === 'asc' ? all : all.reverse());
    },
    60_000,
  );

  it('are streamed, each once', async () => {
    const reader = new EventReader(`${server.url}/v1/timelines/story/stream`);
    await reader.until(count, 30_000);
    expect(reader.ids).toEqual(Array.from({ length: count }, (_, n) => n));
    reader.close();
  }, 60_000);
});
