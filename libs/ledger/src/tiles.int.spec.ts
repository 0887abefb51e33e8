import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, silentLog } from '#libs/database';
import { leafHash, RightEdge, sha256, subtreeRoot, TileTree } from '#libs/transparency';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  CommitHints,
  completeTiles,
  Ledger,
  noCompanion,
  openLedger,
  type Proposal,
  readEntries,
  tileReader,
  TilesMissing,
  tuneForAppends,
} from './index.js';

let database: TestDatabase;
let pool: Pool;
let owner: Pool;
const opened: Pool[] = [];

function connect(url: string): Pool {
  const made = createPool({ url, applicationName: 'test', log: silentLog });
  opened.push(made);
  return made;
}

/** What one service process has: pools and caches of its own. */
function aProcess(): Ledger {
  return new Ledger({
    writers: tuneForAppends(connect(database.url)),
    readers: pool,
    companion: noCompanion,
    hints: new CommitHints(pool),
    clock: Date.now,
  });
}

function proposal(id: string, expectedVersion?: number): Proposal {
  const given = { id, freshId: false, stream: id, content: { id } };
  return expectedVersion === undefined ? given : { ...given, expectedVersion };
}

async function open(timeline: string): Promise<void> {
  const client = await pool.connect();
  await openLedger(client, timeline);
  client.release();
}

/** A ledger as it stands without its tiles: as an older release left it. */
async function fill(timeline: string, size: number): Promise<void> {
  await open(timeline);
  await owner.query(
    `insert into ledger_entry (timeline, position, recorded_at, leaf_hash, entry)
     select $1, n, 0, sha256('\\x00'::bytea || int8send(n)), int8send(n) from generate_series(0, $2::int8 - 1) n`,
    [timeline, size],
  );
  await owner.query(
    `update ledger_head set size = $2::int8,
       tip = (select leaf_hash from ledger_entry where timeline = $1 and position = $2::int8 - 1) where timeline = $1`,
    [timeline, size],
  );
}

/** Every stored tile is the hashes it stands for, none is missing, and the tree's root is that of the leaves. */
async function expectWholeTree(timeline: string, size: number): Promise<void> {
  const { rows } = await pool.query<{ level: number; index: number; root: Buffer; hashes: Buffer }>(
    `select level, index, root, hashes from ledger_tile where timeline = $1 order by level, index`,
    [timeline],
  );
  const expected: string[] = [];
  const edge = RightEdge.empty();
  let row = (await readEntries(pool, timeline, 0, size)).map(leafHash);
  expect(row).toHaveLength(size);
  for (const leaf of row) edge.append(leaf);
  for (let level = 0; row.length >= 256; level++) {
    row = Array.from({ length: Math.floor(row.length / 256) }, (_, index) => {
      const hashes = row.slice(index * 256, (index + 1) * 256);
      const root = subtreeRoot(hashes);
      expected.push(shown({ level, index, root, hashes: Buffer.concat(hashes) }));
      return root;
    });
  }
  expect(rows.map(shown)).toEqual(expected);
  expect(await new TileTree(size, tileReader(pool, timeline)).rootAt(size)).toEqual(edge.root());
}

/** A tile in one line; its hashes as their digest. */
function shown({
  level,
  index,
  root,
  hashes,
}: {
  level: number;
  index: number;
  root: Buffer;
  hashes: Buffer;
}) {
  return `${level}/${index} ${root.toString('hex')} ${sha256(hashes).toString('hex')}`;
}

beforeAll(async () => {
  database = await createTestDatabase();
  pool = connect(database.url);
  owner = connect(database.ownerUrl);
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.end()));
  await database.drop();
});

describe('appending', () => {
  it('writes each tile with its last leaf, whoever of several processes appends it', async () => {
    await open('crowd');
    const ledgers = [aProcess(), aProcess()];
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        Array.from({ length: 300 }, (_, i) =>
          ledgers[i % 2]!.append('crowd', [proposal(`${round}-${i}`)], 'local'),
        ),
      );
      await expectWholeTree('crowd', (round + 1) * 300);
    }
  });

  it('leaves no tile of a group that was refused after it had filled one', async () => {
    await open('refused');
    const ledger = aProcess();
    const batch = (from: number, length: number) =>
      Array.from({ length }, (_, i) => proposal(`d${from + i}`));
    await ledger.append('refused', batch(0, 250), 'local');
    const refused = ledger.append('refused', [...batch(1_000, 20), proposal('x', 7)], 'local');
    const beside = ledger.append('refused', batch(250, 12), 'local');
    await expect(refused).rejects.toThrow('was refused');
    await beside;
    await expectWholeTree('refused', 262);
  });

  it('completes tiles of two levels in one statement', async () => {
    await fill('levels', 65_530);
    const ledger = aProcess();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => ledger.append('levels', [proposal(`d${i}`)], 'local')),
    );
    const { rows } = await pool.query(
      `select max(index) as last from ledger_tile where timeline = 'levels' group by level order by level`,
    );
    expect(rows).toEqual([{ last: 255 }, { last: 0 }]);
    await expectWholeTree('levels', 65_550);
  });
});

describe('a ledger that was there before its tiles', () => {
  it('gets all of them, once, however many processes make them', async () => {
    await fill('old', 70_000);
    expect(await completeTiles(pool, 'old', 0)).toBe(0);
    await Promise.all([completeTiles(pool, 'old', 70_000), completeTiles(pool, 'old', 70_000)]);
    await expectWholeTree('old', 70_000);
    expect(await completeTiles(pool, 'old', 70_000)).toBe(0);
  });

  it('gets them before the first append to it, and goes on', async () => {
    await fill('goes-on', 1_000);
    const ledger = aProcess();
    await ledger.append(
      'goes-on',
      Array.from({ length: 30 }, (_, i) => proposal(`d${i}`)),
      'local',
    );
    await expectWholeTree('goes-on', 1_030);
  });

  it('gets back those that were lost, wherever they stood, and those alone', async () => {
    await fill('holes', 70_000);
    await completeTiles(pool, 'holes', 70_000);
    await owner.query('alter table ledger_tile disable trigger user');
    const { rowCount } = await owner.query(
      `delete from ledger_tile where timeline = 'holes'
       and (level = 1 or index in (0, 1, 2, 100, 272) or index between 150 and 230)`,
    );
    await owner.query('alter table ledger_tile enable trigger user');
    expect(await completeTiles(pool, 'holes', 70_000)).toBe(rowCount);
    await expectWholeTree('holes', 70_000);
    expect(await completeTiles(pool, 'holes', 70_000)).toBe(0);
  });

  it('tells what is missing where it cannot be made', async () => {
    await fill('short', 300);
    await expect(completeTiles(pool, 'short', 600)).rejects.toBeInstanceOf(TilesMissing);
    const tree = new TileTree(600, tileReader(pool, 'short'));
    await expect(tree.rootAt(600)).rejects.toBeInstanceOf(TilesMissing);
  });
});
