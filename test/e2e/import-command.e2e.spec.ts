import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { commandLine } from '#libs/access';
import { createPool, silentLog } from '#libs/database';
import { openLedger } from '#libs/ledger';
import { createTestDatabase } from '../support/database.js';
import { dateline } from '../support/dateline.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { run } from '../support/service-process.js';
import { development, timeline } from './development.js';

const lines = [
  development({ id: 'a', matter: 'one' }),
  {
    id: 'b',
    type: 'record.confirmed',
    target: 'a',
    reason: 'Two sources',
    attribution: { by: 'd', record: 'on-record' },
  },
  development({ id: 'c', matter: 'two' }),
  development({ id: 'c', matter: 'two' }),
  development({ matter: 'two' }),
].map((each) => JSON.stringify(each));
const bad = [
  '{"type":',
  JSON.stringify(development({ id: 'd', colour: 'red', title: '' })),
  JSON.stringify(development({ id: 'e', matter: 'one', type: 'office.left' })),
  JSON.stringify(development({ id: 'a', matter: 'one', title: 'Other' })),
  JSON.stringify({
    type: 'record.held',
    target: 'nobody',
    reason: 'x',
    attribution: { by: 'd', record: 'on-record' },
  }),
  JSON.stringify(development({ id: 'f', occurred: '2025-21' })),
];

/** Who recorded each entry of a database's only ledger, as its bytes say. */
async function recorders(ownerUrl: string): Promise<string[]> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ entry: Buffer }>('select entry from ledger_entry order by position');
  await owner.end();
  return rows.map(({ entry }) => JSON.parse(entry.toString()).recordedBy as string);
}

describe('dateline import', () => {
  let server: TestServer;
  let folder: string;

  beforeAll(async () => {
    server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-import-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await server.close();
  });

  const size = async (): Promise<number> => (await server.http.get('/v1/timelines/story')).body.size;

  async function imported(text: string, ...more: string[]) {
    const file = path.join(folder, 'file.ndjson');
    await writeFile(file, text);
    const { child, ended } = run('dateline', ['import', 'story', file, '--json', ...more], {
      DATABASE_URL: server.database.ownerUrl,
      DATELINE_KEY: server.admin.authorization.replace('Bearer ', ''),
    });
    let out = '';
    child.stdout!.on('data', (chunk: string) => (out += chunk));
    return { code: await ended, told: JSON.parse(out.trim().split('\n').at(-1)!) };
  }

  it('tells every line that would be refused, and records nothing', async () => {
    const { code, told } = await imported([...lines, ...bad].join('\n'), '--dry-run');
    expect(code).toBe(1);
    expect(told).toMatchObject({ wouldRecord: 4, duplicates: 1, withoutId: 1 });
    expect(told.refused.map(({ line, problem }: any) => [line, problem.code])).toEqual([
      [6, 'malformed-json'],
      [7, 'malformed'],
      [8, 'matter-has-kind'],
      [9, 'conflicting-id'],
      [10, 'unknown-target'],
      [11, 'refused'],
    ]);
    expect(told.refused[1].problem.errors).toHaveLength(2);
    expect(await size()).toBe(0);
  });

  it('judges a redaction of a decision further up as it would be recorded, however far up', async () => {
    const attribution = { by: 'd', record: 'on-record' };
    const decision = { id: 'confirmed', type: 'record.confirmed', target: 'a', reason: 'x', attribution };
    const redaction = {
      id: 'redacted',
      type: 'record.redacted',
      target: 'confirmed',
      reason: 'x',
      attribution,
    };
    const between = Array.from({ length: 1_000 }, (_, n) => development({ id: `n-${n}`, matter: 'two' }));
    const all = [development({ id: 'a', matter: 'one' }), decision, ...between, redaction];
    const { code, told } = await imported(all.map((each) => JSON.stringify(each)).join('\n'), '--dry-run');
    expect({ code, told }).toMatchObject({ code: 0, told: { wouldRecord: 1_003, refused: [] } });
  });

  it('records up to the first line that is refused, and goes on when it is mended', async () => {
    const first = await imported([...lines.slice(0, 2), bad[0]!, lines[2]!].join('\n'));
    expect(first).toMatchObject({ code: 1, told: { recorded: 2, refused: [{ line: 3 }] } });
    expect(await size()).toBe(2);
    const second = await imported(lines.slice(0, 4).join('\n'));
    expect(second).toEqual({ code: 0, told: { recorded: 1, duplicates: 3, refused: [] } });
    await server.http.get('/v1/timelines/story/matters/two').expect(200);
  });

  it('sends them to a service as well, and says what that refuses', async () => {
    const { code, told } = await imported(
      `${lines.slice(0, 3).join('\n')}\n${bad[2]}\n`,
      '--url',
      server.url,
    );
    expect({ code, told }).toMatchObject({
      code: 1,
      told: { recorded: 0, duplicates: 3, refused: [{ line: 4, problem: { code: 'matter-has-kind' } }] },
    });
    const { told: nowhere } = await imported(lines[0]!, '--url', 'http://127.0.0.1:1');
    expect(nowhere.failure).toMatch(/^the connection to 127\.0\.0\.1:1 ended/);
  });

  it('says that it broke off where a proxy ends an answer that was cut as though it were whole', async () => {
    // As nginx does with an answer of HTTP/1.0, which ends with its connection.
    const proxy = http.createServer((request, response) => {
      const onward = http.request(`${server.url}${request.url}`, {
        method: 'POST',
        headers: request.headers,
      });
      request.pipe(onward).on('error', () => undefined);
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.once('data', (chunk: Buffer) => {
          onward.destroy();
          response.end(chunk);
        });
      });
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    const many = Array.from({ length: 3_000 }, (_, n) => JSON.stringify(development({ id: `cut-${n}` })));
    const text = `\n${many.join('\r\n')}\n \n`;
    const { code, told } = await imported(text, '--url', `http://127.0.0.1:${port}`);
    proxy.closeAllConnections();
    proxy.close();
    expect(code).toBe(1);
    expect(told.failure).toMatch(/ended: before all lines were answered; run it again to go on$/);
    expect(await imported(text, '--url', server.url)).toMatchObject({ code: 0, told: { refused: [] } });
  }, 60_000);

  it('names the admin key in each entry, and in the trail, and takes no other key past the gate', async () => {
    const before = await size();
    const file = path.join(folder, 'named.ndjson');
    await writeFile(file, JSON.stringify(development({ id: 'named', matter: 'two' })));
    const withKey = (key: string) =>
      dateline(
        { DATABASE_URL: server.database.ownerUrl, DATELINE_DATA: folder, DATELINE_KEY: key },
        ...['import', 'story', file, '--json'],
      );
    const recorder = await server.makeKey('recorder', { timelines: ['story'] });
    const elsewhere = await server.makeKey('admin', { timelines: ['another'] });
    const revoked = await server.makeKey('admin');
    await server.resources.access.keys.revoke(revoked.id, commandLine);
    const texts = [recorder, elsewhere, revoked].map(({ text }) => text);
    for (const key of ['', 'dl_a_none', ...texts]) {
      const { code, said } = await withKey(key);
      expect(said).toContain('an admin key for story that this database takes');
      expect(code).toBe(1);
    }
    expect(await size()).toBe(before);
    expect(await withKey(server.admin.text)).toMatchObject({
      code: 0,
      json: { recorded: 1 },
    });
    expect(new Set(await recorders(server.database.ownerUrl))).toEqual(new Set([server.admin.id]));
    const { body } = await server.http.get('/v1/audit?action=import').expect(200);
    expect(body.items[0]).toMatchObject({
      ...{ timeline: 'story', key: server.admin.id, role: 'admin' },
      detail: { by: 'command-line', receipts: 1 },
    });
    // The key of the data folder is as good.
    await writeFile(path.join(folder, 'admin.key'), server.admin.text);
    expect(await withKey('')).toMatchObject({ code: 0, json: { duplicates: 1 } });
  }, 120_000);

  it('records as local where no key was ever made', async () => {
    const database = await createTestDatabase();
    const pool = createPool({ url: database.url, applicationName: 'test', log: silentLog });
    const client = await pool.connect();
    await client.query(
      `insert into timeline (slug, title, timezone, visibility, created_at) values ('story', '', 'UTC', 'public', 0)`,
    );
    await openLedger(client, 'story');
    client.release();
    await pool.end();
    const file = path.join(folder, 'first.ndjson');
    await writeFile(file, JSON.stringify(development({ id: 'first' })));
    const env = { DATABASE_URL: database.ownerUrl, DATELINE_DATA: path.join(folder, 'nothing here') };
    expect(await dateline(env, 'import', 'story', file, '--json')).toMatchObject({ code: 0 });
    expect(await recorders(database.ownerUrl)).toEqual(['local']);
    await database.drop();
  }, 60_000);
});
