import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { parseVerifierKey } from '#libs/transparency';
import { startTestServer, type TestServer } from '../support/server.js';
import { run } from '../support/service-process.js';
import { development, timeline } from './development.js';

let server: TestServer;
let folder: string;
let key: string;
let checkpoint: string;

beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(path.join(tmpdir(), 'verify-'));
  for (const slug of ['story', 'other']) {
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug })
      .expect(201);
    const bodies = [development({ id: 'a' }), development({ id: 'b', occurred: '2025-08-30' })];
    await server.http.post(`/v1/timelines/${slug}/developments`).send(bodies).expect(201);
  }
  key = (await server.http.get('/v1/timelines/story/log/key').expect(200)).text.trim();
  checkpoint = path.join(folder, 'checkpoint');
  await writeFile(checkpoint, (await server.http.get('/v1/timelines/story/log/checkpoint').expect(200)).text);
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function verify(...args: string[]): Promise<{ code: number | null; said: string }> {
  const { ended, said } = run('apps/cli/src/main.ts', ['verify', ...args], {
    DATABASE_URL: server.database.ownerUrl,
  });
  return { code: await ended, said: said() };
}

describe('dateline verify', () => {
  it('says what it recomputed, and takes a checkpoint that was kept with its key and no other', async () => {
    const [all, since, foreign, keyless] = await Promise.all([
      verify('--json'),
      verify('story', '--since', checkpoint, '--key', key),
      verify('other', '--since', checkpoint, '--key', key),
      verify('story', '--since', checkpoint),
    ]);
    expect(all.code).toBe(0);
    const { ok, timelines } = JSON.parse(all.said.split('\n').find((line) => line.startsWith('{'))!);
    expect({ ok, timelines }).toMatchObject({
      ok: true,
      timelines: [{ timeline: 'other' }, { timeline: 'story', checked: { entries: 2, matters: 1 } }],
    });
    expect(since.said).toContain('1 kept checkpoints');
    expect(since.said).toContain('all of it is as it should be');
    expect(since.code).toBe(0);
    expect(foreign.said).toContain('not of other');
    expect(foreign.code).toBe(1);
    expect(keyless.code).toBe(2);
  }, 180_000);

  it('takes no checkpoint whose signature was put under the name of another log, though the key is the same', async () => {
    const other = (await server.http.get('/v1/timelines/other/log/key').expect(200)).text.trim();
    const { name, id } = parseVerifierKey(other)!;
    const renamed = path.join(folder, 'renamed');
    const note = await readFile(checkpoint, 'utf8');
    const signature = Buffer.from(/^— \S+ (\S+)$/m.exec(note)![1]!, 'base64').subarray(4);
    const line = `— ${name} ${Buffer.concat([id, signature]).toString('base64')}`;
    await writeFile(renamed, note.replace(/^— .*$/m, line));
    const { code, said } = await verify('story', '--since', renamed, '--key', other);
    expect(said).toMatch(/it is of \S+\/story, and the key that was given is that of \S+\/other/);
    expect(code).toBe(1);
  }, 60_000);

  it('fails on a record that was changed, names the position, and counts what else is wrong', async () => {
    const owner = new pg.Client({ connectionString: server.database.ownerUrl });
    await owner.connect();
    await owner.query('alter table ledger_entry disable trigger user');
    await owner.query(
      `update ledger_entry set entry = set_byte(entry, 40, get_byte(entry, 40) # 1) where timeline = 'story' and position = 1`,
    );
    await owner.end();
    const { code, said } = await verify('story', '--since', checkpoint, '--key', key);
    expect(code).toBe(1);
    expect(said).toContain('WRONG at position 1: the entry’s bytes do not have the leaf hash that is stored');
    expect(said).toContain('history was rewritten');
  }, 180_000);
});
