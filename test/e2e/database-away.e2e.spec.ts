import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { createApp } from '../../apps/server/src/create-app.js';
import { openResources, type Resources } from '../../apps/server/src/open-resources.js';
import { openTestSigning, type TestSigning } from '../support/signing.js';
import { testEdge } from '../support/server.js';
import { makeKeyText } from '#libs/access';
import { development, timeline } from './development.js';

describe('while the database is away', () => {
  let app: NestFastifyApplication;
  let http: ReturnType<typeof request>;
  let signing: TestSigning;
  let resources: Resources;
  const said: string[] = [];
  /** Nobody can tell now whether it is taken. */
  const key = `Bearer ${makeKeyText('admin', randomBytes)}`;

  beforeAll(async () => {
    const say = (message: string) => void said.push(message);
    const log = { info: say, warn: say, error: say };
    signing = await openTestSigning();
    resources = openResources('postgresql://nobody@127.0.0.1:1/nothing', log, Date.now, signing.signing);
    ({ app } = await createApp(resources, log, testEdge));
    await app.listen(0, '127.0.0.1');
    http = request(await app.getUrl());
  });
  afterAll(async () => {
    await app.close();
    await resources.close();
    await signing.remove();
  });

  it.each([
    ['GET', '/v1/timelines'],
    ['GET', '/v1/timelines/story'],
    ['GET', '/v1/timelines/story/situation'],
    ['GET', '/v1/timelines/story/developments'],
    ['GET', '/v1/timelines/story/matters/m/history'],
    ['POST', '/v1/timelines'],
    ['POST', '/v1/timelines/story/developments'],
    ['GET', '/'],
  ])('%s %s is answered 503, with a time to come back', async (method, path) => {
    const sent =
      method === 'GET' ? http.get(path) : http.post(path).set('authorization', key).send(bodyFor(path));
    const { body, headers } = await sent.expect(503);
    expect(body.code).toBe('database-away');
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toMatch(/ECONNREFUSED|127\.0\.0\.1|select|nobody/);
  });

  it('says that it is alive, not ready, and why', async () => {
    await http.get('/health/live').expect(200);
    const { body, headers } = await http.get('/health/ready').expect(503);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(body).toMatchObject({
      code: 'not-ready',
      ready: false,
      checks: [{ name: 'database', ok: false }],
    });
  });

  it('goes on saying no to what is wrong in itself', async () => {
    await http.get('/v1/timelines?limit=0').expect(400);
    await http.post('/v1/timelines').send(timeline).expect(401);
    await http.get(`/v1/timelines?key=${key.slice(7)}`).expect(400);
  });

  function bodyFor(path: string): object {
    return path.endsWith('developments') ? development() : timeline;
  }
});
