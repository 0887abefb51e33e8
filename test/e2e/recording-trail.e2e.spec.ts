import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
});
afterAll(() => server.close());

const post = '/v1/timelines/story/developments';
const redaction = (id: string, target: string) => ({
  ...{ id, type: 'record.redacted', target, reason: 'A court’s order' },
  attribution: { by: 'our-desk', record: 'document' },
});
const noted = async (action: string) =>
  (await server.http.get(`/v1/audit?action=${action}`).expect(200)).body.items as Record<string, unknown>[];

it('tells auditors of redactions, however they came, and never of what was redacted', async () => {
  const secret = development({ id: 'S-1', title: 'A name that must go' });
  await server.http
    .post(post)
    .send([secret, development({ id: 'S-2' })])
    .expect(201);
  expect(await noted('redaction')).toEqual([]);
  await server.http.post(post).send(redaction('R-1', 'S-1')).expect(201);
  await server.http.post(post).send(redaction('R-1', 'S-1')).expect(200);
  await server.http
    .post(post)
    .set('content-type', 'application/x-ndjson')
    .send(
      [development({ id: 'S-3' }), redaction('R-2', 'S-2')].map((each) => JSON.stringify(each)).join('\n'),
    )
    .expect(200);
  const events = await noted('redaction');
  expect(events.map(({ detail }) => detail)).toEqual([
    { id: 'R-2', position: 4, target: 'S-2' },
    { id: 'R-1', position: 2, target: 'S-1' },
  ]);
  expect(events[0]).toMatchObject({ role: 'admin', timeline: 'story' });
  expect((await noted('import')).map(({ detail }) => detail)).toEqual([{ receipts: 2 }]);
  expect(JSON.stringify(events)).not.toContain('A name that must go');
});
