import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { misfits, OpenApi } from '../support/openapi.js';
import { readAnswer } from '../support/raw-answer.js';
import { rawRequest } from '../support/raw-request.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { developments } from './bad-input/developments.js';
import { heads } from './bad-input/heads.js';
import { others } from './bad-input/others.js';
import { questions } from './bad-input/questions.js';
import { type BadInput, request, type World } from './bad-input/row.js';
import { texts } from './bad-input/texts.js';
import { development, timeline } from './development.js';

const desk = {
  type: 'record.confirmed',
  target: 'known',
  reason: 'Two sources',
  attribution: development()['attribution'],
};

let server: TestServer;
let openApi: OpenApi;
let world: World;
let before: Record<string, string>;

beforeAll(async () => {
  server = await startTestServer();
  const { http } = server;
  openApi = await OpenApi.read(http);
  await http.post('/v1/timelines').send(timeline).expect(201);
  await http
    .post('/v1/timelines')
    .send({ ...timeline, slug: 'hidden', visibility: 'private' })
    .expect(201);
  const recorded = [development({ id: 'known' }), development({ id: 'second' }), { id: 'decision', ...desk }];
  await http.post('/v1/timelines/story/developments').send(recorded).expect(201);
  await http.post('/v1/timelines/hidden/developments').send(recorded).expect(201);
  world = await worldOf(server);
  // Writes the index of the log, and signs, as any reader might at any time.
  for (const slug of ['story', 'hidden']) {
    await http.get(`/v1/timelines/${slug}/developments?kind=reward`).expect(200);
    await http.get(`/v1/timelines/${slug}/log/checkpoint`).expect(200);
  }
  before = await contents();
});
afterAll(() => server.close());

async function worldOf({ http, makeKey }: TestServer): Promise<World> {
  const keyOf = async (...wanted: Parameters<typeof makeKey>) => (await makeKey(...wanted)).authorization;
  const [lost, kept] = [await makeKey('recorder'), await makeKey('reader')];
  await http.delete(`/v1/keys/${lost.id}`).expect(200);
  const keys = {
    admin: server.admin.authorization,
    recorder: await keyOf('recorder', { timelines: ['story'] }),
    auditor: await keyOf('auditor'),
    reader: kept.authorization,
    foreign: await keyOf('admin', { timelines: ['hidden'] }),
    revoked: lost.authorization,
    key: kept.text,
  };
  const nextOf = async (path: string) => (await http.get(path).expect(200)).body.next as string;
  return {
    ...keys,
    cursor: await nextOf('/v1/timelines/story/developments?limit=1'),
    keyCursor: await nextOf('/v1/keys?limit=1'),
  };
}

/** What the gate itself writes down of calls: its trail, and when a key was last used. */
const ofGate = ['gate_event', 'access_key'];

/** A digest of all rows of each table, bar those of the gate; of its keys, their number. */
async function contents(): Promise<Record<string, string>> {
  const client = new pg.Client({ connectionString: server.database.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "select tablename as name from pg_tables where schemaname = 'public' and tablename !~ '^kysely' order by 1",
    );
    const digests: Record<string, string> = {};
    for (const { name } of rows) {
      const digest = ofGate.includes(name)
        ? "'of the gate'"
        : "md5(coalesce(string_agg(t::text, e'\\n' order by t::text), ''))";
      const answer = await client.query<{ said: string }>(
        `select ${name === 'gate_event' ? '0' : 'count(*)'} || ' ' || ${digest} as said from ${name} t`,
      );
      digests[name] = answer.rows[0]!.said;
    }
    return digests;
  } finally {
    await client.end();
  }
}

/** Words of SQL, of stacks, of this machine. */
const inner =
  /\b(select|insert into|from) \w+_\w+|\bat [^ ]+ \(|node_modules|\.[jt]s:\d|Error:|\/home\/|\/tmp\//;

const families: [family: string, rows: BadInput[]][] = [
  ['texts', texts],
  ['developments', developments],
  ['other bodies', others],
  ['questions', questions],
  ['heads', heads],
];

describe.each(families)('bad input, %s:', (_family, rows) => {
  it.each(rows.map((row) => [row.what, row] as const))('%s', async (_what, row) => {
    const sent = row.bytes(world);
    const answer = readAnswer(await rawRequest(server.url, sent));
    const problem = row.line === undefined ? JSON.parse(answer.body) : refusedLine(answer.body, row.line);
    expect({ status: problem.status, code: problem.code, at: placeOf(problem) }).toEqual({
      ...{ status: row.status, code: row.code, at: row.at },
    });
    if (row.line === undefined) {
      expect(answer.status).toBe(row.status);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json(; charset=utf-8)?$/);
    }
    expect(misfits(openApi.component('Problem'), problem)).toEqual([]);
    expect(problem.type).toBe(`urn:dateline:problem:${row.code}`);
    expect(answer.body).not.toMatch(inner);
    // Of what was sent not much comes back, however long it was; the pointer names a place in it.
    const said = { ...problem, errors: problem.errors?.map(({ detail }: any) => detail) };
    expect(JSON.stringify(said).length).toBeLessThan(4_000);
    expect(JSON.stringify(said)).not.toMatch(/x{200}|A{200}/);
  });
});

/** Behind one receipt, and with nothing behind it. */
function refusedLine(body: string, line: number): any {
  const lines = body
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(lines).toMatchObject([{ id: 'known', duplicate: true }, { line }]);
  return lines[1].problem;
}

/** The one place that a problem points at. */
function placeOf({ errors, parameter, header }: any): string | undefined {
  if (parameter !== undefined) return `?${parameter}`;
  return header ?? errors?.[0]?.pointer;
}

it('is at least 120 different inputs', () => {
  const names = families.flatMap(([family, rows]) => rows.map(({ what }) => `${family} ${what}`));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(120);
});

it('is a parameter that there is not, on every route', async () => {
  const names: Record<string, string> = {
    timeline: 'story',
    matter: 'us-reward-maduro',
    id: 'known',
    '*': '0/000',
  };
  for (const route of server.routes.list()) {
    const [method, template] = route.split(' ') as [string, string];
    if (method === 'HEAD') continue;
    const path = template.replace(
      /:(\w+)|\*/g,
      (all, name: string = all) => names[name] ?? 'AAAAAAAAAAAAAAAA',
    );
    const sent = request(method, `${path}?foo=bar`, { authorization: world.admin });
    const { code, parameter } = JSON.parse(readAnswer(await rawRequest(server.url, sent)).body);
    expect({ route, code, parameter }).toEqual({ route, code: 'invalid-parameter', parameter: 'foo' });
  }
});

it('left every table as it was, and the service without a word to say', async () => {
  expect(await contents()).toEqual(before);
  expect(server.said).toEqual([]);
});

describe('what looks bad and is not', () => {
  const odd = `=cmd|' /C calc'!A0 <script>alert(1)</script> ${'\u202e'}"--`;

  it('is kept as the text that it is, and served as nothing that runs', async () => {
    const path = '/v1/timelines/story/developments';
    const id = `a/../b?c=d#e%2f"<'>\\&;=`;
    const { headers } = await server.http
      .post(path)
      .send(development({ id, title: odd }))
      .expect(201);
    expect(headers['location']).toBe(`${path}/${encodeURIComponent(id)}`);
    const answer = await server.http.get(headers['location']!).expect(200);
    expect(answer.body).toMatchObject({ id, title: odd });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-content-type-options': 'nosniff',
    });
  });

  it('is escaped where a page shows it', async () => {
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug: 'odd', title: odd })
      .expect(201);
    const { text } = await server.http.get('/').expect(200);
    expect(text).toContain('odd');
    expect(text).not.toContain('<script');
  });
});
