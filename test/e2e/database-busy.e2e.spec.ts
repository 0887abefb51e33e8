import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pool, PoolClient } from 'pg';
import { startTestServer, type TestServer } from '../support/server.js';
import { timeline } from './development.js';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
});
afterAll(() => server.close());

/** Every connection of a pool, as slow questions would have them. */
function takeAll(pool: Pool): Promise<PoolClient[]> {
  return Promise.all(
    Array.from({ length: pool.options.max! - pool.totalCount + pool.idleCount }, () => pool.connect()),
  );
}

it('a request that finds all connections in use is not told that the database is away', async () => {
  const taken = await takeAll(server.resources.readers);
  const { body, headers } = await server.http.get('/v1/timelines').expect(503);
  for (const client of taken) client.release();
  expect(body.code).toBe('database-busy');
  expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  await server.http.get('/v1/timelines').expect(200);
}, 20_000);
