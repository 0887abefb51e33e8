import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { builtInKinds, foldVersion } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { tuneForAppends } from '#libs/ledger';
import { rebuildTimeline, returnToKept } from '#libs/situations';
import { GetSituation, RecordDevelopments, ReplayTimeline } from '#libs/timelines';
import { verifyTimeline } from '#libs/verification';
import { createApp } from '../../apps/server/src/create-app.js';
import { openResources } from '../../apps/server/src/open-resources.js';
import { startTestServer, testEdge, type TestServer } from '../support/server.js';
import { development } from './development.js';

let server: TestServer;
let slug: string;
let serial = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function open(): Promise<void> {
  slug = `own-kinds-${serial++}`;
  const timeline = { slug, title: slug, timezone: 'UTC', visibility: 'public' };
  await server.http.post('/v1/timelines').send(timeline).expect(201);
}

const post = (body: object) => server.http.post(`/v1/timelines/${slug}/developments`).send(body);
const attribution = { by: 'our-desk', record: 'publisher' };
const definition = (registry: object = {}, more: object = {}) => ({
  id: 'K-1',
  type: 'kind.defined',
  registry: {
    slug: 'blockade',
    phases: ['threatened', 'imposed', 'lifted|broken'],
    closed: ['lifted', 'broken'],
    panel: 'blockades',
    summed: ['ships held'],
    ...registry,
  },
  attribution,
  ...more,
});
const blockade = (phase: string, more: object = {}) =>
  development({
    type: `blockade.${phase}`,
    matter: 'bay-blockade',
    occurred: '2025-08-01',
    title: 'The bay is closed',
    actors: ['navy'],
    quantities: [{ of: 'ships held', value: 3, unit: 'ship' }],
    ...more,
  });
const situation = async (more = '') =>
  (await server.http.get(`/v1/timelines/${slug}/situation?asOf=2025-09-01T00:00:00Z${more}`).expect(200))
    .body;

describe('a kind that a timeline defines', () => {
  it('is used from then on, also in the same request, with its panel and its totals', async () => {
    await open();
    await post([definition(), blockade('imposed')]).expect(201);
    expect((await situation()).panels).toMatchObject([
      {
        panel: 'blockades',
        totals: [{ actor: 'navy', of: 'ships held', value: 3 }],
        matters: [{ matter: 'bay-blockade', kind: 'blockade', phase: 'imposed', open: true }],
      },
    ]);
    expect((await situation('&panel=blockades&kind=blockade')).panels).toHaveLength(1);
    expect((await situation('&knownAt=0')).panels).toEqual([]);
    await post(blockade('lifted', { occurred: '2025-08-05' })).expect(201);
    expect((await situation()).panels).toEqual([]);
  });

  it('tells an unknown phase with the nearest, and is not known to other timelines', async () => {
    await open();
    await post(definition()).expect(201);
    const { body } = await post(blockade('lift')).expect(422);
    expect(body.errors).toMatchObject([{ pointer: '/type', detail: expect.stringMatching(/`lifted`/) }]);
    await open();
    const { body: elsewhere } = await post(blockade('imposed')).expect(422);
    expect(elsewhere.errors).toMatchObject([{ pointer: '/type', detail: expect.stringMatching(/no kind/) }]);
    await server.http.get(`/v1/timelines/${slug}/situation?kind=blockade`).expect(400);
  });

  it('is defined once: the same again changes nothing, anything else is refused', async () => {
    await open();
    await post(definition()).expect(201);
    await post(definition({}, { id: 'K-2' })).expect(201);
    const { body } = await post(definition({ panel: 'sea' }, { id: 'K-3' })).expect(422);
    expect(body).toMatchObject({ code: 'kind-defined', errors: [{ pointer: '/registry/slug' }] });
    expect((await post(definition({ slug: 'reward' }, { id: 'K-4' })).expect(422)).body.code).toBe(
      'kind-defined',
    );
    expect(
      (await post(definition({ slug: 'record' }, { id: 'K-5' })).expect(422)).body.errors[0].pointer,
    ).toBe('/registry/slug');
  });

  it('stands: the desk may doubt it, and cannot take it away', async () => {
    await open();
    await post([definition(), blockade('imposed')]).expect(201);
    const desk = (type: string) => ({ type, target: 'K-1', reason: 'A test', attribution });
    await post(desk('record.disputed')).expect(201);
    for (const type of ['record.retracted', 'record.held']) {
      expect((await post(desk(type)).expect(422)).body.code).toBe('kind-stands');
    }
    expect((await situation()).panels).toHaveLength(1);
  });

  it('is known to another process as soon as it is needed there, and survives that process’s restart', async () => {
    await open();
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const start = async () => {
      const resources = openResources(server.database.url, log, Date.now, server.signing.signing);
      const { app } = await createApp(resources, log, testEdge);
      const close = async () => {
        await app.close();
        await resources.close();
      };
      return { commands: app.get(CommandBus), queries: app.get(QueryBus), close };
    };
    const record = (commands: CommandBus, body: object) =>
      commands.execute(
        new RecordDevelopments({
          timeline: slug,
          bodies: [body],
          pointers: 'single',
          recordedBy: 'local',
          mayNotRecord: new Map(),
        }),
      );
    const other = await start();
    await record(other.commands, development({ matter: 'warm' }));
    await post(definition()).expect(201);
    await record(other.commands, blockade('threatened', { id: 'B-1' }));
    await post(blockade('imposed', { id: 'B-2', occurred: '2025-08-02' })).expect(201);
    await other.close();
    const restarted = await start();
    await record(restarted.commands, {
      type: 'record.corrected',
      target: 'B-2',
      reason: 'It was broken',
      replacement: { type: 'blockade.broken' },
      attribution,
    });
    const parameters = { timeline: slug, asOf: '2025-09-01T00:00:00Z', includeClosed: true };
    const looked = await restarted.queries.execute(new GetSituation(parameters));
    expect(looked).toMatchObject({
      panels: [{}, { matters: [{ phase: 'broken', open: false, anomalies: [] }] }],
    });
    const replayed = await restarted.queries.execute(new ReplayTimeline(parameters));
    const lines: string[] = [];
    for await (const line of replayed.lines) lines.push(line);
    expect(JSON.parse(lines.at(-1)!)).toEqual(looked);
    await restarted.close();
  });
});

it('is folded by in a rebuild, in a return to what was kept, and by who verifies it all', async () => {
  await open();
  await post([definition(), blockade('imposed')]).expect(201);
  const url = server.database.url;
  const pool = tuneForAppends(createPool({ url, log: silentLog, applicationName: 'rebuild' }));
  const settings = { pool, kinds: builtInKinds, foldVersion, clock: Date.now };
  expect(await rebuildTimeline(settings, slug)).toMatchObject({ entries: 2, parked: [] });
  const siege = definition({ slug: 'siege' }, { id: 'K-2' });
  await post([siege, blockade('imposed', { type: 'siege.imposed', matter: 'bay-siege' })]).expect(201);
  await returnToKept(settings, slug);
  expect(await verifyTimeline(pool, builtInKinds, slug)).toMatchObject({ ok: true, first: null });
  expect((await situation()).panels[0].matters).toMatchObject([{ kind: 'blockade' }, { kind: 'siege' }]);
  await pool.end();
});

it('takes a definition and its first development in one stream of lines', async () => {
  await open();
  const lines = [definition(), blockade('imposed'), blockade('lifted', { occurred: '2025-08-03' })];
  const { text } = await server.http
    .post(`/v1/timelines/${slug}/developments`)
    .set('content-type', 'application/x-ndjson')
    .send(lines.map((line) => JSON.stringify(line)).join('\n'))
    .buffer(true)
    .parse((answer, done) => {
      let whole = '';
      answer.on('data', (chunk: Buffer) => (whole += chunk.toString()));
      answer.on('end', () => done(null, whole));
    })
    .expect(200)
    .then(({ body }) => ({ text: body as string }));
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { position: number }).position),
  ).toEqual([0, 1, 2]);
});
