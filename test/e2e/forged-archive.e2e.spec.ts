import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, silentLog } from '#libs/database';
import type { TimelineView } from '#libs/timelines';
import { formatVerifierKey, verifierOf } from '#libs/transparency';
import { auditArchive, exportArchive, importArchive, readArchive } from '../support/archives.js';
import { dateline } from '../support/dateline.js';
import { type Forged, forgeArchive } from '../support/forged-archive.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { tar, tarHeader, untar } from '../support/tar.js';
import { development, timeline } from './development.js';

const { privateKey } = generateKeyPairSync('ed25519');
const signerOf = (slug: string) => ({ name: `example.org/desk/${slug}`, privateKey });
const keyOf = (slug: string) => verifierOf(signerOf(slug));

let server: TestServer;
let pool: Pool;
let folder: string;
/** Of four entries, the second of them redacted by the fourth. */
let genuine: Buffer;
let readme: Buffer;

beforeAll(async () => {
  server = await startTestServer();
  pool = createPool({ url: server.database.url, applicationName: 'test', log: silentLog });
  folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-forged-'));
  const { matter: _, version: __, ...decision } = redaction('b');
  const reports = ['a', 'b', 'c'].map((id) => development({ id, matter: `m-${id}` }));
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  await server.http
    .post('/v1/timelines/story/developments')
    .send([...reports, decision])
    .expect(201);
  const { body } = await server.http.get('/v1/timelines/story').expect(200);
  genuine = await exportArchive(pool, body as TimelineView, signerOf('story'));
  readme = untar(genuine)[0]!.bytes;
});
afterAll(async () => {
  await pool.end();
  await server.close();
  await rm(folder, { recursive: true });
});

const bounds = { earliest: '2020-03-26T04:00:00.000Z', latest: '2020-03-27T04:00:00.000Z' };
const report = (id: string, fields: object = {}) => ({
  ...development({ id, matter: 'm', version: 1, timezone: 'UTC', mode: 'actual', assertion: 'reported' }),
  ...{ bounds, ...fields },
});
const redaction = (target: string, fields: object = {}) => ({
  ...{ id: `redact-${target}`, type: 'record.redacted', matter: 'm', version: 2, target, reason: 'The law' },
  attribution: { by: 'our-desk', record: 'on-record' },
  ...fields,
});
const kind = (registry: object) => ({
  ...{ id: 'k', type: 'kind.defined', matter: 'kind/x', version: 1, registry },
  attribution: { by: 'our-desk', record: 'publisher' },
});
const hole = (id: string, { matter = 'm', version = 1 } = {}): Forged => ({
  content: report(id),
  hole: { id, matter, version },
});

const forge = (entries: Forged[]) => forgeArchive({ readme, slug: 'forged', entries });

/** A copy of the genuine one with another text in one of its files. */
const changed = (name: RegExp, change: (text: string) => string) =>
  tar(
    untar(genuine).map((file) =>
      name.test(file.name) ? { ...file, bytes: Buffer.from(change(file.bytes.toString())) } : file,
    ),
  );

/** Whoever would take it in refuses it, and nothing of it is left behind. */
async function expectRefused(archive: Buffer, position: number, says: RegExp) {
  const refusal = { code: 'archive-refused', message: expect.stringMatching(says), position };
  await expect(readArchive(archive)).rejects.toMatchObject(refusal);
  await expect(importArchive(pool, archive)).rejects.toMatchObject(refusal);
  await server.http.get('/v1/timelines/forged').expect(404);
  const { rowCount } = await pool.query(`select from ledger_entry where timeline = 'forged'`);
  expect(rowCount).toBe(0);
}

describe('an archive whose forger has a key, so that every hash and signature fits', () => {
  it('is taken where nothing else is wrong with it', async () => {
    const entries = [hole('a'), { content: redaction('a') }, { content: report('b', { matter: 'n' }) }];
    const archive = forgeArchive({ readme, slug: 'sound', entries });
    await readArchive(archive);
    expect(await auditArchive(archive)).toMatchObject({ code: 0 });
    expect(await importArchive(pool, archive)).toMatchObject({ entries: 3, redacted: 1 });
  });

  const again = { id: 'again', version: 3 };
  const cases: [what: string, entries: Forged[], position: number, says: RegExp][] = [
    [
      'a second hole of one id',
      [hole('a'), hole('a', { matter: 'n' }), { content: redaction('a') }],
      1,
      /its id a/,
    ],
    [
      'two entries of one id',
      [{ content: report('a') }, { content: report('a', { matter: 'n' }) }],
      1,
      /its id a/,
    ],
    [
      'a hole that nothing names',
      [hole('a'), { content: report('b', { matter: 'n' }) }],
      0,
      /no redaction names/,
    ],
    [
      'a redaction before its hole',
      [{ content: redaction('a', { version: 1 }) }, hole('a', { version: 2 })],
      0,
      /does not stand before/,
    ],
    [
      'a redaction in another matter',
      [hole('a'), { content: redaction('a', { matter: 'n', version: 1 }) }],
      1,
      /another matter, m/,
    ],
    [
      'a redaction of what is there',
      [{ content: report('a') }, { content: redaction('a') }],
      1,
      /content is there/,
    ],
    [
      'a second redaction of one hole',
      [hole('a'), { content: redaction('a') }, { content: redaction('a', again) }],
      2,
      /redacts a/,
    ],
    ['an entry that says more', [{ content: report('a'), entry: { note: 'a name' } }], 0, /canonically/],
    [
      'an instant of another form',
      [{ content: report('a'), entry: { recordedAt: '2025-08-29' } }],
      0,
      /its entry/,
    ],
    [
      'a payload with white space',
      [{ content: JSON.stringify(report('a'), null, 1).replaceAll('\n', '') }],
      0,
      /canonical/,
    ],
    ['half of a surrogate pair', [{ content: JSON.stringify({ id: '\ud800' }) }], 0, /canonical/],
    ['a number beyond all doubles', [{ content: '{"id":1e999}' }], 0, /canonical/],
    ['no type', [{ content: { id: 'a', matter: 'm', version: 1 } }], 0, /`type`/],
    ['an id that is none', [{ content: report('a\u0000') }], 0, /`id`/],
    ['a matter that is none', [{ content: report('a', { matter: 'A Matter' }) }], 0, /`matter`/],
    [
      'a hole whose matter is none',
      [hole('a', { matter: 'A Matter' }), { content: redaction('a') }],
      0,
      /matter/,
    ],
    ['a redaction of nothing', [hole('a'), { content: redaction('a', { target: 7 }) }], 1, /`target`/],
    ['an entry that is no JSON', [{ content: report('a'), entryText: '#secret' }], 0, /its entry/],
    ['a line that is no object', [{ content: report('a'), lineText: 'null' }], 0, /no JSON object/],
    ['a line that is no JSON', [{ content: report('a'), lineText: '#secret' }], 0, /no JSON object/],
  ];
  it.each(cases)('is refused for %s, by the script too', async (_, entries, position, says) => {
    const archive = forge(entries);
    await expectRefused(archive, position, says);
    const { code, said } = await auditArchive(archive);
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining(`WRONG: position ${position}: `),
    });
  });

  it.each<[what: string, content: object, says: RegExp]>([
    ['an embargo until no instant', report('a', { embargoedUntil: 7 }), /`embargoedUntil`/],
    ['bounds that are none', report('a', { bounds: { earliest: null, latest: '2025' } }), /`bounds`/],
    [
      'a decision that Dateline does not know',
      redaction('a', { type: 'record.burnt', version: 1 }),
      /`type`/,
    ],
    ['a kind without phases', kind({ slug: 'x', panel: 'X' }), /`registry`/],
    ['a kind in the stream of another', kind({ slug: 'y', panel: 'Y', phases: ['on'] }), /`registry`/],
  ])('is not taken in with %s', async (_, content, says) => {
    await expectRefused(forge([{ content }]), 0, says);
  });

  it('is told of by the script without a word of its content', async () => {
    for (const wrong of [{ entryText: '#secret' }, { lineText: '#secret' }, { lineText: 'null' }]) {
      const { said } = await auditArchive(forge([{ content: report('a'), ...wrong }]));
      expect(said).toMatch(/^WRONG: position 0: its (?:entry|line) is no JSON object\n$/);
    }
  });

  it('is refused for a title that no timeline has', async () => {
    const untitled = { readme, slug: 'forged', title: 'A\u0000', entries: [{ content: report('a') }] };
    await expect(readArchive(forgeArchive(untitled))).rejects.toMatchObject({ code: 'archive-refused' });
  });

  it('is refused in words by the command, which says what to do', async () => {
    const file = path.join(folder, 'forged.tar');
    await writeFile(file, forge([hole('a'), hole('a', { matter: 'n' }), { content: redaction('a') }]));
    const env = { DATABASE_URL: server.database.ownerUrl };
    const [checked, imported] = [
      await dateline(env, 'verify', '--archive', file, '--json'),
      await dateline(env, 'import', file, '--json'),
    ];
    for (const { code, said, json } of [checked, imported]) {
      expect(code).toBe(1);
      expect(said).toContain('position 1: its id a is that of an entry before it. Get it anew');
      expect(said).not.toMatch(/^ {4}at /m);
      expect(json).toMatchObject({ position: 1 });
    }
  }, 60_000);
});

describe('a genuine archive', () => {
  it('is refused where a payload was taken out that no redaction names, under an id that one does', async () => {
    const hidden = '{"id":"b","matter":"m-c","payload":null,"position":2,"salt":null,"version":1}';
    const archive = changed(/^payloads/, (text) => text.replace(/^.*"id":"c".*$/m, hidden));
    await expect(readArchive(archive)).rejects.toMatchObject({ code: 'archive-refused', position: 2 });
    expect((await auditArchive(archive)).said).toContain(
      'position 2: its id b is that of an entry before it',
    );
  });

  it('is refused where its signature was put under the name of another log, though the key is the same', async () => {
    const other = keyOf('other');
    const archive = changed(/^(checkpoint|keys)$/, (text) => {
      const [, signature] = /^— \S+ (\S+)$/m.exec(text) ?? [];
      if (signature === undefined) return `${formatVerifierKey(other)}\n`;
      const renamed = Buffer.concat([other.id, Buffer.from(signature, 'base64').subarray(4)]);
      return text.replace(/^— .*$/m, `— ${other.name} ${renamed.toString('base64')}`);
    });
    const says = /is of example.org\/desk\/story, and signed by the key of .*example.org\/desk\/other/;
    await expect(readArchive(archive)).rejects.toMatchObject({ message: expect.stringMatching(says) });
    for (const options of [
      [],
      ['--key', formatVerifierKey(other)],
      ['--key', formatVerifierKey(keyOf('story'))],
    ]) {
      expect(await auditArchive(archive, ...options)).toMatchObject({ code: 1 });
    }
    expect((await auditArchive(archive)).said).toMatch(says);
  });

  it('is refused in plain words where a file in it claims to be larger than any', async () => {
    const archive = Buffer.concat([tarHeader('README', 8 * 2 ** 30 - 1), readme]);
    await expect(readArchive(archive)).rejects.toMatchObject({
      message: expect.stringContaining('8589934591 bytes'),
    });
    expect(await auditArchive(archive)).toMatchObject({
      code: 1,
      said: expect.stringContaining('8589934591 bytes'),
    });
  });
});
