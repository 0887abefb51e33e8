import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { leafHash, RightEdge, sha256, subtreeRoot, TileTree } from '#libs/transparency';
import { openTimeline } from '../../../test/support/recorded-history.js';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';
import { completeTiles, readEntries, tileReader, TilesMissing } from './index.js';

let store: SharedLedger;
let owner: Pool;

/** A proposal of a stream that has no other. */
const ofItsOwn = (id: string, expectedVersion?: number) => proposal(id, id, { id }, expectedVersion);

/** A ledger as it stands without its tiles: as an older release left it. */
async function fill(timeline: string, size: number): Promise<void> {
  await openTimeline(store, timeline);
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
  const { rows } = await store.readers.query<{ level: number; index: number; root: Buffer; hashes: Buffer }>(
    `select level, index, root, hashes from ledger_tile where timeline = $1 order by level, index`,
    [timeline],
  );
  const expected: string[] = [];
  const edge = RightEdge.empty();
  let row = (await readEntries(store.readers, timeline, 0, size)).map(leafHash);
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
  expect(await new TileTree(size, tileReader(store.readers, timeline)).rootAt(size)).toEqual(edge.root());
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
  store = await openSharedLedger();
  owner = store.pool({ url: store.database.ownerUrl });
});
afterAll(() => store.close());

describe('appending', () => {
  it('writes each tile with its last leaf, whoever of several processes appends it', async () => {
    await openTimeline(store, 'crowd');
    const ledgers = [store.aProcess(), store.aProcess()];
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        Array.from({ length: 300 }, (_, i) =>
          ledgers[i % 2]!.append('crowd', [ofItsOwn(`${round}-${i}`)], 'local'),
        ),
      );
      await expectWholeTree('crowd', (round + 1) * 300);
    }
  });

  it('leaves no tile of a group that was refused after it had filled one', async () => {
    await openTimeline(store, 'refused');
    const ledger = store.aProcess();
    const batch = (from: number, length: number) =>
      Array.from({ length }, (_, i) => ofItsOwn(`d${from + i}`));
    await ledger.append('refused', batch(0, 250), 'local');
    const refused = ledger.append('refused', [...batch(1_000, 20), ofItsOwn('x', 7)], 'local');
    const beside = ledger.append('refused', batch(250, 12), 'local');
    await expect(refused).rejects.toThrow('was refused');
    await beside;
    await expectWholeTree('refused', 262);
  });

  it('completes tiles of two levels in one statement', async () => {
    await fill('levels', 65_530);
    const ledger = store.aProcess();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => ledger.append('levels', [ofItsOwn(`d${i}`)], 'local')),
    );
    const { rows } = await store.readers.query(
      `select max(index) as last from ledger_tile where timeline = 'levels' group by level order by level`,
    );
    expect(rows).toEqual([{ last: 255 }, { last: 0 }]);
    await expectWholeTree('levels', 65_550);
  });
});

describe('a ledger that was there before its tiles', () => {
  it('gets all of them, once, however many processes make them', async () => {
    await fill('old', 70_000);
    expect(await completeTiles(store.readers, 'old', 0)).toBe(0);
    await Promise.all([
      completeTiles(store.readers, 'old', 70_000),
      completeTiles(store.readers, 'old', 70_000),
    ]);
    await expectWholeTree('old', 70_000);
    expect(await completeTiles(store.readers, 'old', 70_000)).toBe(0);
  });

  it('gets them before the first append to it, and goes on', async () => {
    await fill('goes-on', 1_000);
    const ledger = store.aProcess();
    await ledger.append(
      'goes-on',
      Array.from({ length: 30 }, (_, i) => ofItsOwn(`d${i}`)),
      'local',
    );
    await expectWholeTree('goes-on', 1_030);
  });

  it('gets back those that were lost, wherever they stood, and those alone', async () => {
    await fill('holes', 70_000);
    await completeTiles(store.readers, 'holes', 70_000);
    await owner.query('alter table ledger_tile disable trigger user');
    const { rowCount } = await owner.query(
      `delete from ledger_tile where timeline = 'holes'
       and (level = 1 or index in (0, 1, 2, 100, 272) or index between 150 and 230)`,
    );
    await owner.query('alter table ledger_tile enable trigger user');
    expect(await completeTiles(store.readers, 'holes', 70_000)).toBe(rowCount);
    await expectWholeTree('holes', 70_000);
    expect(await completeTiles(store.readers, 'holes', 70_000)).toBe(0);
  });

  it('tells what is missing where it cannot be made', async () => {
    await fill('short', 300);
    await expect(completeTiles(store.readers, 'short', 600)).rejects.toBeInstanceOf(TilesMissing);
    const tree = new TileTree(600, tileReader(store.readers, 'short'));
    await expect(tree.rootAt(600)).rejects.toBeInstanceOf(TilesMissing);
  });
});
