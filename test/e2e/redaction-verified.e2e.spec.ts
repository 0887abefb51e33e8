import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { dateline, type Told } from '../support/dateline.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { testOrigin } from '../support/signing.js';
import { development } from './development.js';

/** Where a redaction was recorded through the service, and where its archive is imported. */
let here: TestServer;
let there: TestServer;
let owner: pg.Client;

const story = '/v1/timelines/story';
const desk = (type: string, target: string, more: object = {}) => ({
  id: `${type}-${target}`,
  type: `record.${type}`,
  target,
  reason: 'Order 12/2025 of the court',
  attribution: { by: 'our-desk', record: 'on-record' },
  ...more,
});
const post = (...bodies: object[]) => here.http.post(`${story}/developments`).send(bodies).expect(201);

const command = (server: TestServer, ...args: string[]): Promise<Told> =>
  dateline(
    {
      DATABASE_URL: server.database.ownerUrl,
      DATELINE_DATA: here.signing.folder,
      DATELINE_ORIGIN: testOrigin,
    },
    ...args,
  );
const verify = (server: TestServer) => command(server, 'verify', 'story', '--json');

/** Of what a verification found: its first finding, and how many. */
const first = ({ json }: Told) => (json as { timelines: { first: object; wrong: number }[] }).timelines[0]!;

/** Without decisions that are redacted themselves: an archive cannot tell what they were about. */
const shown = (body: { desk?: { redacted?: object }[] }) => ({
  ...body,
  desk: body.desk?.filter(({ redacted }) => !redacted),
});

beforeAll(async () => {
  [here, there] = await Promise.all([startTestServer(), startTestServer()]);
  owner = new pg.Client({ connectionString: here.database.ownerUrl });
  await owner.connect();
  const timeline = { slug: 'story', title: 'A story', timezone: 'UTC', visibility: 'public' };
  await here.http.post('/v1/timelines').send(timeline).expect(201);
  await post(
    development({ id: 'a', title: 'Words that go' }),
    development({ id: 'b', type: 'reward.changed', occurred: '2025-01-10' }),
    desk('corrected', 'b', { replacement: { title: 'Words that go too' } }),
    development({ id: 'c', type: 'reward.changed', occurred: '2025-08-07', title: 'Held, then to go' }),
    desk('held', 'c'),
    development({ id: 'd', type: 'reward.changed', occurred: '2025-08-08', title: 'Held' }),
    desk('held', 'd', { reason: 'Words about it that go' }),
    desk('held', 'd', { id: 'held-again' }),
  );
  for (const target of ['a', 'corrected-b', 'c', 'held-d']) await post(desk('redacted', target));
});
afterAll(async () => {
  await owner.end();
  await Promise.all([here.close(), there.close()]);
});

describe('a record of which something was redacted through the service', () => {
  it('is verified, with a count of what is redacted', async () => {
    const { code, json } = await verify(here);
    expect(json).toMatchObject({
      ok: true,
      timelines: [{ size: 12, wrong: 0, checked: { entries: 12, payloads: 8, redacted: 4, withheld: 1 } }],
    });
    expect(code).toBe(0);
    expect((await command(here, 'verify', 'story')).said).toContain('4 redacted, each named by a redaction');
  }, 60_000);

  it('is replayed to the very answers of the service, at positions before and behind the redactions', async () => {
    for (const knownAt of [0, 3, 11]) {
      const at = `asOf=2025-09-01T00:00:00Z&knownAt=${knownAt}`;
      const { text } = await here.http.get(`${story}/situation?${at}`).expect(200);
      const replayed = await command(
        here,
        ...['replay', 'story', '--as-of', '2025-09-01T00:00:00Z', '--known-at', `${knownAt}`],
      );
      expect(replayed.said).toContain(text);
      expect(replayed.said).not.toContain('Words that go');
    }
  }, 60_000);

  it('is rebuilt without a difference, and verified again', async () => {
    const rebuilt = await command(here, 'rebuild', 'story', '--json');
    expect(rebuilt.json).toMatchObject({ timelines: [{ differences: [] }] });
    expect(await verify(here)).toMatchObject({ code: 0 });
  }, 60_000);

  it('is exported and imported with its holes, and verified there: the same root, the same to every reader', async () => {
    const file = path.join(here.signing.folder, 'story.tar');
    expect(await command(here, 'export', 'story', file, '--json')).toMatchObject({
      code: 0,
      json: { entries: 12, redacted: 4 },
    });
    expect(await command(here, 'verify', '--archive', file, '--json')).toMatchObject({
      code: 0,
      json: { ok: true, redacted: 4 },
    });
    expect(await command(there, 'import', file)).toMatchObject({ code: 0 });
    const [before, after] = [await verify(here), await verify(there)];
    expect(first(after)).toEqual(first(before));
    expect(after.code).toBe(0);
    for (const who of ['http', 'anonymous'] as const) {
      for (const id of ['a', 'b', 'c', 'd', 'corrected-b', 'held-c', 'redacted-c', 'held-again']) {
        const [one, other] = await Promise.all(
          [here, there].map((server) => server[who].get(`${story}/developments/${id}`)),
        );
        expect([id, other!.status, shown(other!.body)]).toEqual([id, one!.status, shown(one!.body)]);
      }
      const [situation, same] = await Promise.all(
        [here, there].map((server) => server[who].get(`${story}/situation?asOf=2025-09-01T00:00:00Z`)),
      );
      expect(same!.text).toBe(situation!.text);
    }
  }, 120_000);
});

describe('a record of which something is missing', () => {
  it('fails where a payload is gone that no redaction names, and names the position', async () => {
    await owner.query('alter table ledger_payload disable trigger user');
    await owner.query('update ledger_payload set payload = null, salt = null where position = 1');
    const { code, json } = await verify(here);
    expect(first({ code, json, said: '' })).toMatchObject({
      wrong: expect.any(Number),
      first: { code: 'payload-missing', position: 1 },
    });
    expect(code).toBe(1);
  }, 60_000);

  it('fails where the row is gone that keeps a development from readers, and names the position', async () => {
    await there.anonymous.get(`${story}/developments/d`).expect(404);
    const other = new pg.Client({ connectionString: there.database.ownerUrl });
    await other.connect();
    await other.query(`delete from withheld where position = 5`);
    await other.end();
    await there.anonymous.get(`${story}/developments/d`).expect(200);
    const { code, said } = await command(there, 'verify', 'story');
    expect(said).toContain(
      'WRONG at position 5: it is kept as open to everyone instead of held (withheld-differs)',
    );
    expect(code).toBe(1);
  }, 60_000);
});
