import http from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { OpenStreams } from '../../apps/server/src/http/open-streams.js';
import { holdTable } from '../support/held-table.js';
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

/** Records a redaction while nothing can be written into the trail, and gives what is answered and the id of the key. */
async function recordUntold(target: string, body: object) {
  await server.http
    .post(post)
    .send(development({ id: target }))
    .expect(201);
  const { id, authorization } = await server.makeKey('admin');
  const held = await holdTable(server.database.url, 'gate_event');
  const [answer] = await Promise.all([
    server.anonymous.post(post).set({ authorization }).send(body),
    held.wanted().then(() => held.cutWaiting()),
  ]).finally(() => held.letGo());
  expect([answer.status, answer.body.code]).toEqual([503, 'database-away']);
  const [, redactedBy] = /^This request is recorded, but .*: (.+)\.$/.exec(answer.body.detail)!;
  const { recordedAt, position } = (await server.http.get(`${post}/${redactedBy}`).expect(200)).body;
  const told = async () =>
    (await noted('redaction')).filter(({ detail }) => (detail as any).target === target);
  expect(await told()).toEqual([]);
  const detail = { id: redactedBy, position, target };
  return { authorization, told, event: { key: id, at: recordedAt, times: 1, address: null, detail } };
}

it('tells of a redaction once, and in the name of who recorded it, where it could not at first', async () => {
  const body = redaction('R-4', 'S-4');
  const { authorization, told, event } = await recordUntold('S-4', body);
  await server.http.post(post).send(body).expect(200);
  expect(await told()).toMatchObject([event]);
  await server.http.post(post).send(body).expect(200);
  await server.anonymous.post(post).set({ authorization }).send(body).expect(200);
  expect(await told()).toMatchObject([event]);
});

it.each(['application/json', 'application/x-ndjson'])(
  'tells of a redaction without an id that finds nothing left when it comes again as %s',
  async (type) => {
    const target = `S ${type}`.replace(' ', '-');
    const body = { ...redaction('', target), id: undefined };
    const { authorization, told, event } = await recordUntold(target, body);
    const headers = { authorization, 'content-type': type };
    const again = await fetch(server.url + post, { method: 'POST', headers, body: JSON.stringify(body) });
    expect(await again.text()).toContain('"code":"nothing-to-destroy"');
    expect(await told()).toMatchObject([{ ...event, address: expect.any(String) }]);
  },
);

it('refuses to redact twice what came with the same request', async () => {
  const sent = [development({ id: 'S-7' }), redaction('R-8', 'S-7'), redaction('R-9', 'S-7')];
  const { body } = await server.http.post(post).send(sent).expect(422);
  expect(body).toMatchObject({ code: 'nothing-to-destroy', errors: [{ pointer: '/2/target' }] });
});

it('tells of all redactions that were under way when their import was cut', async () => {
  await server.http
    .post(post)
    .send(['S-5', 'S-6'].map((id) => development({ id })))
    .expect(201);
  const { id, authorization } = await server.makeKey('admin');
  // More than the service hands over at once.
  const between = Array.from({ length: 128 }, () => development());
  const lines = [redaction('R-5', 'S-5'), ...between, redaction('R-6', 'S-6')];
  const held = await holdTable(server.database.url, 'ledger_redaction');
  const request = http.request(`${server.url}${post}`, {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/x-ndjson' },
  });
  const cut = new Promise((resolve) => request.on('error', () => undefined).once('close', resolve));
  try {
    request.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    await held.wanted();
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    await cut;
  } finally {
    await held.letGo();
  }
  while (server.app.get(OpenStreams).size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await server.http.get(`${post}/R-6`).expect(200);
  const own = (await noted('redaction')).filter(({ key }) => key === id);
  expect(own.map(({ detail }) => (detail as any).target)).toEqual(['S-6', 'S-5']);
  expect((await noted('import'))[0]).toMatchObject({ key: id, detail: { receipts: lines.length } });
});

it.each([
  ['JSON', 'application/json'],
  ['NDJSON', 'application/x-ndjson'],
])('tells of a redaction that was denied, sent as %s', async (_, type) => {
  const { id, authorization } = await server.makeKey('recorder');
  const answer = await fetch(`${server.url}${post}`, {
    method: 'POST',
    headers: { authorization, 'content-type': type },
    body: JSON.stringify(redaction('R-7', 'S-3')),
  });
  expect(await answer.text()).toContain('"code":"forbidden"');
  await server.resources.access.failedCalls.write();
  expect((await noted('call-denied')).filter(({ key }) => key === id)).toMatchObject([
    {
      ...{ role: 'recorder', timeline: 'story', times: 1, detail: { code: 'forbidden' } },
      route: 'POST /v1/timelines/:timeline/developments',
    },
  ]);
});
