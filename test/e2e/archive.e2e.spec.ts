import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { builtInKinds } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { CommitHints, Ledger, readHead, tuneForAppends } from '#libs/ledger';
import { ExportTimeline, type TimelineView } from '#libs/timelines';
import { formatVerifierKey, verifierOf } from '#libs/transparency';
import { verifyTimeline } from '#libs/verification';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { auditArchive, auditScript, exportArchive, importArchive, readArchive } from '../support/archives.js';
import { noCompanion } from '../support/no-companion.js';
import { histories, toPosts } from '../support/random-history.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { run } from '../support/service-process.js';
import { development } from './development.js';

const { privateKey } = generateKeyPairSync('ed25519');
const signerOf = (slug: string) => ({ name: `example.org/desk/${slug}`, privateKey });
const keyOf = (slug: string) => formatVerifierKey(verifierOf(signerOf(slug)));

/** Reads all of an archive, and gives what is wrong with it. */
async function faultOf(bytes: Buffer): Promise<string | undefined> {
  try {
    await readArchive(bytes);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ code: 'archive-refused' });
    return (error as Error).message;
  }
}

describe('an archive', () => {
  let here: TestServer;
  let there: TestServer;
  let folder: string;
  let pool: pg.Pool;
  const pools: pg.Pool[] = [];
  let sample: Buffer;

  const poolOf = (server: TestServer) => {
    const made = createPool({ url: server.database.url, applicationName: 'test', log: silentLog });
    pools.push(made);
    return made;
  };

  beforeAll(async () => {
    [here, there] = await Promise.all([startTestServer(), startTestServer()]);
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-archive-'));
    pool = poolOf(here);
    await loadSample(here.app);
    sample = await exported('us-venezuela-2025');
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await Promise.all(pools.map((each) => each.end()));
    await Promise.all([here.close(), there.close()]);
  });

  async function exported(slug: string): Promise<Buffer> {
    const timeline = (await here.http.get(`/v1/timelines/${slug}`)).body as TimelineView;
    return exportArchive(pool, timeline, signerOf(slug));
  }

  const importInto = (server: TestServer, bytes: Buffer, timeline?: string) =>
    importArchive(poolOf(server), bytes, timeline);

  it('is the same bytes each time, which tar can read, and a stranger’s script accepts', async () => {
    expect(await exported('us-venezuela-2025')).toEqual(sample);
    const file = path.join(folder, 'sample.tar');
    await writeFile(file, sample);
    await promisify(execFile)('tar', ['xf', file, '-C', folder]);
    const entries = await readFile(path.join(folder, 'tile/entries/000.p/80'));
    expect(entries.readUInt16BE(0)).toBe(entries.indexOf('}') - 1);
    const { code, said } = await auditArchive(sample, '--key', keyOf('us-venezuela-2025'));
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('80 entries') });
    const { said: foreign } = await auditArchive(sample, '--key', keyOf('another'));
    expect(foreign).toContain('not signed by the key that was given');
  });

  it('is not written while each checkpoint is overtaken by a redaction, and says so', async () => {
    const story = '/v1/timelines/overtaken';
    const told = { slug: 'overtaken', title: 'O', timezone: 'UTC', visibility: 'public' };
    const timeline = (await here.http.post('/v1/timelines').send(told)).body as TimelineView;
    let serial = 0;
    const checkpoint = async () => {
      const { size } = await readHead(pool, timeline.slug);
      const id = `gone-${serial++}`;
      const redaction = {
        ...{ type: 'record.redacted', target: id, reason: 'A court order' },
        attribution: { by: 'our-desk', record: 'on-record' },
      };
      await here.http
        .post(`${story}/developments`)
        .send([development({ id }), redaction])
        .expect(201);
      return { size, note: 'a note' };
    };
    const exporting = new ExportTimeline(pool).execute({ timeline, checkpoint, keys: [] });
    await expect(exporting.next()).rejects.toMatchObject({
      code: 'export-overtaken',
      message: expect.stringContaining('export again'),
    });
  });

  it('brings a timeline into another installation: the same log, the same answers, the same root', async () => {
    const { root, entries } = await importInto(there, sample);
    expect(entries).toBe(80);
    expect(sample.toString('latin1')).toContain(root.toString('base64'));
    const story = '/v1/timelines/us-venezuela-2025';
    const asked = [
      ...[
        story,
        `${story}/developments?limit=1000`,
        `${story}/situation?asOf=2025-08-29T12:00:00Z&knownAt=60`,
      ],
      ...[
        `${story}/situation?includeClosed=true&asOf=2026-01-01T00:00:00Z`,
        `${story}/developments?actor=us-government`,
      ],
      `${story}/matters/us-deployment-purpose/history`,
    ];
    for (const address of asked) {
      const [before, after] = await Promise.all([here.http.get(address), there.http.get(address)]);
      const own = ({ text }: { text: string }) => text.replace(/"next":"[^"]*"/, '"next"');
      expect(own(after)).toBe(own(before));
    }
    expect(await verifyTimeline(poolOf(there), builtInKinds, 'us-venezuela-2025')).toMatchObject({
      ok: true,
    });
    await there.http
      .post(`${story}/developments`)
      .send(development({ id: 'next', matter: 'new' }))
      .expect(201);
    await expect(importInto(there, sample)).rejects.toMatchObject({ code: 'timeline-exists' });
  });

  it('carries a long random history over several tiles, to where everything is derived as it was', async () => {
    await here.http
      .post('/v1/timelines')
      .send({ slug: 'long', title: 'L', timezone: 'UTC', visibility: 'private' });
    for (const [n, history] of fc
      .sample(histories({ entries: 60, matters: 5 }), { numRuns: 25, seed: 7 })
      .entries()) {
      // Each in matters and under ids of its own.
      const text = JSON.stringify(toPosts(history)).replace(/"(id|target|matter)":"/g, `"$1":"h${n}-`);
      await here.http
        .post('/v1/timelines/long/developments')
        .set('content-type', 'application/json')
        .send(text);
    }
    const { size } = await readHead(pool, 'long');
    expect(size).toBeGreaterThan(300);
    const archive = await exported('long');
    expect((await auditArchive(archive)).said).toContain(`${size} entries`);
    await importInto(there, archive, 'long');
    expect(await verifyTimeline(poolOf(there), builtInKinds, 'long')).toMatchObject({ ok: true, size });
  });

  it('is refused after any change of one bit, by both who read it', async () => {
    const timelineAt =
      512 *
      (1 +
        Math.ceil(sample.readUInt16BE(0) && Number.parseInt(sample.toString('latin1', 124, 135), 8) / 512));
    // What timeline.json says of title, zone, visibility and founding, no checkpoint is signed over.
    const told = [timelineAt + 512, timelineAt + 1024] as const;
    const place = fc.nat(sample.length - 1).filter((at) => at < told[0] || at >= told[1]);
    const flipped = (at: number, bit: number) => {
      const bytes = Buffer.from(sample);
      bytes[at]! ^= 1 << bit;
      return bytes;
    };
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (at, bit) => {
        expect(await faultOf(flipped(at, bit))).toBeDefined();
      }),
      { numRuns: 300 },
    );
    await fc.assert(
      fc.asyncProperty(place, fc.nat(7), async (at, bit) => {
        expect((await auditArchive(flipped(at, bit))).code).toBe(1);
      }),
      { numRuns: 12 },
    );
  });

  it('is refused where it was cut, added to, or put together anew, and leaves nothing behind', async () => {
    const { rows: before } = await pool.query('select count(*) from ledger_entry');
    for (const wrong of [
      sample.subarray(0, sample.length - 512),
      Buffer.concat([sample, Buffer.alloc(512)]),
      sample.subarray(0, 20_000),
      Buffer.concat([sample.subarray(0, 512 * 4), sample]),
    ]) {
      expect(await faultOf(wrong)).toBeDefined();
      expect((await auditArchive(wrong)).code).toBe(1);
    }
    const end = Buffer.from(sample);
    end[sample.lastIndexOf('"position":79') - 4]! ^= 1;
    await expect(importInto(here, end, 'other')).rejects.toMatchObject({ code: 'archive-refused' });
    const third = await startTestServer();
    await expect(importInto(third, end)).rejects.toMatchObject({ code: 'archive-refused', position: 79 });
    await third.http.get('/v1/timelines/us-venezuela-2025').expect(404);
    const empty = poolOf(third);
    for (const table of ['ledger_entry', 'ledger_payload', 'ledger_head', 'slot', 'matter']) {
      expect((await empty.query(`select from ${table}`)).rowCount).toBe(0);
    }
    await third.close();
    expect((await pool.query('select count(*) from ledger_entry')).rows).toEqual(before);
  });

  it('keeps the place of what was redacted, and accepts no hole that nothing explains', async () => {
    await here.http
      .post('/v1/timelines')
      .send({ slug: 'torn', title: 'T', timezone: 'UTC', visibility: 'private' });
    const writers = tuneForAppends(poolOf(here));
    const ledger = new Ledger({
      writers,
      readers: pool,
      companion: noCompanion,
      hints: new CommitHints(pool),
      clock: Date.now,
    });
    const append = (id: string, more: object) =>
      ledger.append(
        'torn',
        [{ id, freshId: false, stream: 'm', content: { id, matter: 'm', ...more } }],
        'local',
      );
    await append('name', { type: 'incident.occurred' });
    await append('other', { type: 'incident.updated' });
    const owner = new pg.Client({ connectionString: here.database.ownerUrl });
    await owner.connect();
    await owner.query('alter table ledger_payload disable trigger user');
    await owner.query(
      `update ledger_payload set payload = null, salt = null where timeline = 'torn' and id = 'name'`,
    );
    await owner.end();
    const unexplained = await exported('torn');
    expect(await faultOf(unexplained)).toBe('position 0: its payload is missing, and no redaction names it');
    expect((await auditArchive(unexplained)).said).toContain('position 0: its payload is missing');
    await append('why', { type: 'record.redacted', target: 'name' });
    const explained = await exported('torn');
    expect(await faultOf(explained)).toBeUndefined();
    expect((await auditArchive(explained)).said).toContain('3 entries about 1 matters, 1 of them redacted');
    await importInto(there, explained);
    const { rows } = await poolOf(there).query(
      `select p.position, p.payload, p.salt, r.by from ledger_payload p
       left join ledger_redaction r on r.timeline = p.timeline and r.position = p.position
       where p.timeline = 'torn' and (p.payload is null or r.by is not null)`,
    );
    expect(rows).toEqual([{ position: 0, payload: null, salt: null, by: 2 }]);
  });

  it('is written, checked and taken in by command', async () => {
    const file = path.join(folder, 'command.tar');
    const third = await startTestServer();
    let database = here.database.ownerUrl;
    await writeFile(path.join(folder, 'signing.key'), privateKey.export({ format: 'pem', type: 'pkcs8' }), {
      mode: 0o600,
    });
    const dateline = async (...args: string[]) => {
      const { ended, said } = run('dateline', [...args, '--json'], {
        DATABASE_URL: database,
        DATELINE_DATA: folder,
        DATELINE_ORIGIN: 'example.org/desk',
      });
      return { code: await ended, told: JSON.parse(said().trim().split('\n').at(-1)!) };
    };
    // Another export to the same file is under way.
    await writeFile(`${file}.unfinished`, 'of another');
    expect(await dateline('export', 'us-venezuela-2025', file)).toMatchObject({
      code: 0,
      told: { entries: 80 },
    });
    expect(await readFile(`${file}.unfinished`, 'utf8')).toBe('of another');
    const written = (await readdir(folder)).filter((name) => name.startsWith('command.tar'));
    expect(written.sort()).toEqual(['command.tar', 'command.tar.unfinished']);
    expect(await readFile(file)).toEqual(await exported('us-venezuela-2025'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    database = third.database.ownerUrl;
    const [checked, imported] = [await dateline('verify', '--archive', file), await dateline('import', file)];
    expect(checked).toMatchObject({ code: 0, told: { ok: true, entries: 80, redacted: 0 } });
    expect(imported).toMatchObject({
      code: 0,
      told: { timeline: 'us-venezuela-2025', root: checked.told.root },
    });
    await third.http.get('/v1/timelines/us-venezuela-2025/situation').expect(200);
    expect(await dateline('verify', '--archive', file, '--key', keyOf('another'))).toMatchObject({ code: 1 });
    await third.close();
  }, 120_000);

  it('says of itself what the script knows', async () => {
    const readme = sample.subarray(512, 512 + Number.parseInt(sample.toString('latin1', 124, 135), 8));
    expect(await readFile(auditScript, 'utf8')).toContain(createHash('sha256').update(readme).digest('hex'));
  });
});
