import { access, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { parseVerifierKey } from '#libs/transparency';
import { createTestDatabase } from '../support/database.js';
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
  return verifyIn(path.join(folder, 'nothing'), ...args);
}

/** With the data folder of a service. */
async function verifyIn(data: string, ...args: string[]) {
  const { ended, said } = run('dateline', ['verify', ...args], {
    ...{ DATABASE_URL: server.database.ownerUrl, DATELINE_DATA: data, DATELINE_SIGNING_KEY: '' },
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

  it('holds a record against the checkpoint that the service signed last, and says where there is none', async () => {
    const kept = path.join(server.signing.folder, 'checkpoints', 'story');
    const [there, none] = [await verifyIn(server.signing.folder), await verify('story')];
    expect(there).toMatchObject({
      code: 0,
      said: expect.stringContaining(`held against ${kept}, of 2 entries`),
    });
    expect(none).toMatchObject({ code: 0, said: expect.stringContaining('held against no checkpoint') });
    await expect(access(path.join(folder, 'nothing'))).rejects.toMatchObject({ code: 'ENOENT' });
  }, 60_000);

  it('reads for that neither the private key nor anything that was not signed', async () => {
    const copy = path.join(folder, 'copy');
    await cp(server.signing.folder, copy, { recursive: true });
    await rm(path.join(copy, 'signing.key'));
    expect(await verifyIn(copy)).toMatchObject({ code: 0 });
    const kept = path.join(copy, 'checkpoints', 'story');
    await cp(path.join(copy, 'checkpoints', 'other'), kept);
    const foreign = await verifyIn(copy, 'story');
    await writeFile(kept, (await readFile(checkpoint, 'utf8')).replace('\n2\n', '\n1\n'));
    const forged = await verifyIn(copy, 'story');
    for (const [told, reason] of [
      [foreign, 'it is of another log'],
      [forged, 'the signature of'],
    ] as const) {
      expect(told.said).toContain(`${kept} is no checkpoint to hold it against: ${reason}`);
      expect(told.said).toContain('(kept-refused)');
      expect(told.code).toBe(1);
    }
  }, 60_000);

  it('passes over what else lies beside the checkpoints, and refuses one that cannot be read by itself', async () => {
    const copy = path.join(folder, 'littered');
    const checkpoints = path.join(copy, 'checkpoints');
    await cp(server.signing.folder, copy, { recursive: true });
    await mkdir(path.join(checkpoints, 'lost-found'));
    await writeFile(path.join(checkpoints, '-bak'), '');
    expect(await verifyIn(copy)).toMatchObject({ code: 0 });
    await rm(path.join(checkpoints, 'other'));
    await mkdir(path.join(checkpoints, 'other'));
    const { code, said } = await verifyIn(copy);
    expect(said).toContain('other is no checkpoint to hold it against: EISDIR');
    expect(said).toContain('story: recomputed 2 of 2 entries');
    expect(code).toBe(1);
  }, 60_000);

  it('does not say that all is well where there is nothing to look at', async () => {
    const empty = await createTestDatabase();
    const { ended, said } = run('dateline', ['verify'], {
      ...{ DATABASE_URL: empty.ownerUrl, DATELINE_DATA: path.join(folder, 'nothing') },
    });
    expect(await ended).toBe(1);
    expect(said()).toContain('nothing was verified');
    await empty.drop();
  }, 60_000);

  it('says in a line which data folder is none', async () => {
    const { ended, said } = run('dateline', ['verify', '--json'], {
      ...{ DATABASE_URL: '', DATELINE_DATA: checkpoint },
    });
    expect(await ended).toBe(1);
    expect(said()).toContain(`DATELINE_DATA=${checkpoint}: cannot be used (E`);
    expect(said()).not.toMatch(/^ {4}at /m);
  }, 60_000);

  it('fails where a ledger has lost its head, or all of it, and where its end was cut off', async () => {
    const owner = new pg.Client({ connectionString: server.database.ownerUrl });
    await owner.connect();
    const head = await owner.query(`delete from ledger_head where timeline = 'other' returning *`);
    const headless = await verify();
    expect(headless.said).toContain('WRONG at position 1: the ledger has no head');
    expect(headless.said).toContain('story: recomputed 2 of 2 entries');
    expect(headless.code).toBe(1);
    for (const table of ['ledger_entry', 'ledger_payload']) {
      await owner.query(`alter table ${table} disable trigger user`);
      await owner.query(`create table aside_${table} as select * from ${table} where timeline = 'other'`);
      await owner.query(`delete from ${table} where timeline = 'other'`);
    }
    await owner.query(`delete from timeline where slug = 'other'`);
    const gone = await verifyIn(server.signing.folder, 'other');
    expect(gone.said).toContain('of 2 entries, and there are 0: entries that were there are gone');
    const checkpoints = path.join(server.signing.folder, 'checkpoints');
    expect(gone.said).toContain(`${checkpoints} is to be the folder of the service that this database is of`);
    expect(gone.code).toBe(1);
    expect(await verify('other')).toMatchObject({
      code: 1,
      said: expect.stringContaining('no timeline other'),
    });

    for (const table of ['ledger_entry', 'ledger_payload'])
      await owner.query(`insert into ${table} select * from aside_${table} where position = 0`);
    const [{ timeline, epoch }] = head.rows as [{ timeline: string; epoch: number }];
    await owner.query(
      `insert into ledger_head (timeline, size, tip, recorded_at, epoch)
       select timeline, 1, leaf_hash, recorded_at, $2 from ledger_entry where timeline = $1`,
      [timeline, epoch],
    );
    const cut = await verifyIn(server.signing.folder, 'other');
    await owner.end();
    expect(cut.said).toContain('WRONG at position 1: ');
    expect(cut.said).toContain(
      'of 2 entries, and there are 1: entries that were there are gone (root-differs)',
    );
    expect(cut.code).toBe(1);
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
