import { mkdtemp, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, silentLog } from '#libs/database';
import { CommitHints, Ledger, openLedger, tileReader, tuneForAppends } from '#libs/ledger';
import { openCheckpoint, parseVerifierKey, TileTree, verifyConsistency } from '#libs/transparency';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { noCompanion } from '../../../test/support/no-companion.js';
import { LogInconsistent, Notary, openSigning, SigningKeyUnusable } from './index.js';

const origin = 'example.org/news';
const databases: TestDatabase[] = [];
const pools: Pool[] = [];
let here: Place;
let elsewhere: Place;
let folder: string;
let keyFile: string;
let timeline = '';
let serial = 0;
const notaries: Notary[] = [];
const said: string[] = [];

/** A database, and a process on it. */
interface Place {
  pool: Pool;
  owner: Pool;
  hints: CommitHints;
  ledger: Ledger;
}

async function open(): Promise<Place> {
  const database = await createTestDatabase();
  databases.push(database);
  const connect = (url: string) => {
    const made = createPool({ url, applicationName: 'test', log: silentLog });
    pools.push(made);
    return made;
  };
  const pool = connect(database.url);
  const hints = new CommitHints(pool);
  const writers = tuneForAppends(connect(database.url));
  const ledger = new Ledger({ writers, readers: pool, companion: noCompanion, hints, clock: () => 0 });
  return { pool, owner: connect(database.ownerUrl), hints, ledger };
}

async function makeTimeline({ pool }: Place): Promise<void> {
  const client = await pool.connect();
  await client.query(
    `insert into timeline (slug, title, timezone, visibility, created_at) values ($1, '', 'UTC', 'public', 0)`,
    [timeline],
  );
  await openLedger(client, timeline);
  client.release();
}

async function record({ ledger }: Place, count: number, by = 'a'): Promise<void> {
  const proposals = Array.from({ length: count }, () => {
    const id = `${by}${serial++}`;
    return { id, freshId: true, stream: 's', content: { id } };
  });
  await ledger.append(timeline, proposals, by);
}

/** What a restore from a dump, a superuser or a broken disk can do: no trigger stops it. */
async function tamper({ owner }: Place, ...statements: string[]): Promise<void> {
  await triggers(owner, 'disable');
  for (const statement of statements) await owner.query(statement, [timeline]);
  await triggers(owner, 'enable');
}

async function triggers(owner: Pool, what: 'disable' | 'enable'): Promise<void> {
  for (const table of ['ledger_entry', 'ledger_tile'])
    await owner.query(`alter table ${table} ${what} trigger user`);
}

const truncateTo = (size: number) => [
  `delete from ledger_entry where timeline = $1 and position >= ${size}`,
  `delete from ledger_tile where timeline = $1 and (index + 1) * 256 > ${size}`,
  `update ledger_head set size = ${size},
     tip = (select leaf_hash from ledger_entry where timeline = $1 and position = ${size - 1}) where timeline = $1`,
];

/** Another process with the same key and memory; `start` looks at every ledger. */
async function aNotary(place: Place, file = keyFile): Promise<Notary> {
  const say = (message: string) => void said.push(message);
  const signing = await openSigning({ keyFile: file, make: true, origin }, silentLog);
  const log = { info: say, warn: say };
  const notary = new Notary({ ...signing, db: place.pool, hints: place.hints, log });
  notaries.push(notary);
  return notary;
}

async function reasons(notary: Notary): Promise<string> {
  notary.start();
  const troubles = await notary.troubles();
  return troubles
    .filter((trouble) => trouble.timeline === timeline)
    .map(({ reason }) => reason)
    .join('\n');
}

const kept = () => readFile(path.join(folder, 'checkpoints', timeline), 'utf8');
const opened = (note: string, keys: string[]) =>
  openCheckpoint(
    note,
    keys.map((key) => parseVerifierKey(key)!),
  );

beforeAll(async () => {
  [here, elsewhere] = [await open(), await open()];
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  for (const database of databases) await database.drop();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-notary-'));
  keyFile = path.join(folder, 'signing.key');
  timeline = `t${serial++}`;
  said.length = 0;
  await makeTimeline(here);
});
afterEach(async () => {
  for (const notary of notaries.splice(0)) await notary.close();
  await rm(folder, { recursive: true });
});

describe('a checkpoint', () => {
  it('is signed over what is committed, and kept before it is told', async () => {
    const notary = await aNotary(here);
    for (const count of [0, 3, 300]) {
      if (count > 0) await record(here, count);
      const { note, size, root } = await notary.checkpoint(timeline);
      expect(await kept()).toBe(note);
      expect(opened(note, notary.verifierKeys(timeline))).toEqual({
        origin: `${origin}/${timeline}`,
        size: BigInt(size),
        root,
      });
      const tree = new TileTree(size, tileReader(here.pool, timeline));
      expect(await tree.rootAt(size)).toEqual(root);
    }
    expect((await notary.checkpoint(timeline)).size).toBe(303);
    expect(await readdir(path.join(folder, 'checkpoints'))).toEqual([timeline]);
  });

  it('follows the commits without being asked for', async () => {
    const notary = await aNotary(here);
    notary.start();
    await notary.troubles();
    await record(here, 5);
    const keptSize = async () => opened(await kept(), notary.verifierKeys(timeline)).size;
    const deadline = performance.now() + 10_000;
    while ((await keptSize()) < 5n && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(await keptSize()).toBe(5n);
  });

  it('of a ledger that none was kept of is signed as it stands, and that is said', async () => {
    await record(here, 5);
    expect(await reasons(await aNotary(here))).toBe('');
    expect(said.join()).toMatch(/No checkpoint was kept of/);
    said.length = 0;
    expect(await reasons(await aNotary(here))).toBe('');
    expect(said).toEqual([]);
  });
});

describe('nothing is signed', () => {
  let before: string;

  /** A ledger of 300 entries, signed; then it is tampered with, and a service starts. */
  async function after(...statements: string[]): Promise<string> {
    await record(here, 300);
    before = (await (await aNotary(here)).checkpoint(timeline)).note;
    await tamper(here, ...statements);
    return reasons(await aNotary(here));
  }

  afterEach(async () => {
    expect(await kept()).toBe(before);
  });

  it('of a ledger whose tail is gone', async () => {
    expect(await after(...truncateTo(290))).toMatch(
      /has 290 entries, and the last checkpoint signed of it 300/,
    );
    expect(said.join()).toMatch(/docs\/AUDITORS\.md/);
    const notary = notaries.at(-1)!;
    // The last one that was signed stands, and is told; nothing is proved by it.
    expect((await notary.checkpoint(timeline)).note).toBe(before);
    expect(() => notary.assertConsistent(timeline)).toThrow(LogInconsistent);
  });

  it('of a ledger that lost its tail and grew another', async () => {
    const regrow = `insert into ledger_entry (timeline, position, recorded_at, leaf_hash, entry)
      select $1, n, 0, sha256(int8send(n)), '' from generate_series(290, 309) n`;
    const head = `update ledger_head set size = 310, tip = sha256(int8send(309)) where timeline = $1`;
    expect(await after(...truncateTo(290), regrow, head)).toMatch(/first 300 entries are not those/);
  });

  it('of a ledger with two entries swapped', async () => {
    const move = (from: number, to: number) =>
      `update ledger_entry set position = ${to} where timeline = $1 and position = ${from}`;
    expect(await after(move(280, -1), move(281, 280), move(-1, 281))).toMatch(/are not those/);
  });

  it('of a ledger with a hole in it', async () => {
    expect(await after('delete from ledger_entry where timeline = $1 and position = 299')).toMatch(/missing/);
  });

  it('of a timeline that is gone', async () => {
    const gone = ['timeline', 'ledger_head'].map(
      (table) => `delete from ${table} where ${table === 'timeline' ? 'slug' : 'timeline'} = $1`,
    );
    expect(await after(...gone)).toMatch(/no such timeline, and a checkpoint of 300 entries/);
  });

  it('where another database stands in the place of the one that was signed', async () => {
    await record(here, 300);
    before = (await (await aNotary(here)).checkpoint(timeline)).note;
    await makeTimeline(elsewhere);
    expect(await reasons(await aNotary(elsewhere))).toMatch(/has 0 entries/);
    await record(elsewhere, 400, 'b');
    expect(await reasons(await aNotary(elsewhere))).toMatch(/are not those/);
  });

  it('where what was kept is not what was signed', async () => {
    await record(here, 300);
    before = (await (await aNotary(here)).checkpoint(timeline)).note.replace('\n300\n', '\n200\n');
    await writeFile(path.join(folder, 'checkpoints', timeline), before);
    expect(await reasons(await aNotary(here))).toMatch(/is not ours/);
  });
});

it('is signed again once the ledger is put back, while the service runs', async () => {
  await record(here, 10);
  const notary = await aNotary(here);
  await notary.checkpoint(timeline);
  await tamper(here, `update ledger_head set size = 9 where timeline = $1`);
  await notary.checkpoint(timeline);
  expect(() => notary.assertConsistent(timeline)).toThrow(LogInconsistent);
  await tamper(here, `update ledger_head set size = 10 where timeline = $1`);
  here.hints.emit('commit', timeline, 10);
  expect(await reasons(notary)).toBe('');
  expect(said.join()).toMatch(/goes on from what was signed again/);
});

describe('processes that share key and folder', () => {
  it('sign one history, each note consistent with the one before', async () => {
    const sharing = [await aNotary(here), await aNotary(here), await aNotary(here)];
    for (const notary of sharing) notary.start();
    const notes = new Set<string>();
    for (let round = 0; round < 12; round++) {
      await record(here, 40);
      await Promise.all(sharing.map((notary) => notary.checkpoint(timeline)));
      notes.add(await kept());
    }
    const chain = [...notes].map((note) => opened(note, sharing[0]!.verifierKeys(timeline)));
    const tree = new TileTree(480, tileReader(here.pool, timeline));
    for (const [i, older] of chain.entries()) {
      const newer = chain[i + 1];
      if (!newer) break;
      const proof = await tree.consistencyProof(Number(older.size), Number(newer.size));
      expect(verifyConsistency(older.size, newer.size, proof, older.root, newer.root)).toBe(true);
    }
    expect(chain.at(-1)!.size).toBe(480n);
  });

  it('on databases that went apart sign the one that was first, never both', async () => {
    await makeTimeline(elsewhere);
    await record(here, 20, 'a');
    await record(elsewhere, 20, 'b');
    const [one, other] = [await aNotary(here), await aNotary(elsewhere)];
    const signed = await Promise.allSettled([one.checkpoint(timeline), other.checkpoint(timeline)]);
    expect(signed.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    const first = await kept();
    const refused = [one, other].filter((notary) => {
      try {
        notary.assertConsistent(timeline);
        return false;
      } catch {
        return true;
      }
    });
    expect(refused).toHaveLength(1);
    expect(await kept()).toBe(first);
  });
});

describe('the signing key', () => {
  it('is made once, for its owner alone, however many start at a time', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => aNotary(here)));
    expect(new Set(all.map((notary) => notary.verifierKeys('t')[0])).size).toBe(1);
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['checkpoints', 'signing.key', 'signing.key.history']);
  });

  it('is rotated by moving it aside: both sign until the old one is taken away, and old notes can be opened', async () => {
    await record(here, 3);
    const first = await aNotary(here);
    const [old] = first.verifierKeys(timeline);
    const { note: oldNote } = await first.checkpoint(timeline);

    await rename(keyFile, `${keyFile}.previous`);
    const second = await aNotary(here);
    const [current, listed] = second.verifierKeys(timeline);
    expect(current).not.toBe(old);
    expect(listed).toBe(old);
    const { note: both } = await second.checkpoint(timeline);
    for (const key of [old!, current!]) expect(opened(both, [key]).size).toBe(3n);

    await unlink(`${keyFile}.previous`);
    const third = await aNotary(here);
    const { note: alone } = await third.checkpoint(timeline);
    expect(opened(alone, [current!]).size).toBe(3n);
    expect(() => opened(alone, [old!])).toThrow('none of the known keys');
    expect(third.verifierKeys(timeline)).toEqual([current, old]);
    expect(opened(oldNote, third.verifierKeys(timeline)).size).toBe(3n);
  });

  it.each([
    ['is no key', 'hello'],
    [
      'is not of Ed25519',
      '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VuBCIEIBgWq3sN0cgHkXbkNpcNBuEi5kHVVo7hTgAqAhNFIEZ2\n-----END PRIVATE KEY-----\n',
    ],
  ])('is refused where the file %s', async (_, pem) => {
    await writeFile(keyFile, pem);
    await expect(aNotary(here)).rejects.toBeInstanceOf(SigningKeyUnusable);
  });

  it('is not made up where a path is set and nothing lies there', async () => {
    const opening = openSigning({ keyFile, make: false, origin }, silentLog);
    await expect(opening).rejects.toThrow(/openssl genpkey/);
  });

  it('is not repeated where it was given in the place of its path', async () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIsecret';
    const opening = openSigning({ keyFile: path.resolve(pem), make: false, origin }, silentLog);
    await expect(opening).rejects.toThrow(/^DATELINE_SIGNING_KEY must be the path of the file/);
  });
});
