import type { Database } from '#libs/database';
import { hashesOf, type TileReader, tileWidth } from '#libs/transparency';

/** Rows that the tree needs are not there: of an older release's ledger, or taken away. The message says what to do. */
export class TilesMissing extends Error {
  readonly code = 'tiles-missing';
  constructor(
    readonly timeline: string,
    readonly level: number,
    readonly index: number,
  ) {
    super(
      `the tree of ${timeline} has no whole tile ${index} at level ${level}: \`dateline rebuild ${timeline}\` makes ` +
        `tiles anew from the entries, and \`dateline verify ${timeline}\` tells which entries are missing`,
    );
  }
}

/** Reads the tiles of one ledger: a full one is a row, a partial one the leaves or roots it is made of. */
export function tileReader(db: Database, timeline: string): TileReader {
  return async (level, index, width) => {
    const hashes =
      width === tileWidth
        ? await fullTile(db, timeline, level, index)
        : await readHashes(db, timeline, level, index * tileWidth, index * tileWidth + width);
    if (hashes.length !== width) throw new TilesMissing(timeline, level, index);
    return hashes;
  };
}

/** Hashes of the tree `level` tiles up, from `begin` until before `end`: leaf hashes, or the roots of full tiles. */
export function readHashes(
  db: Database,
  timeline: string,
  level: number,
  begin: number,
  end: number,
): Promise<Buffer[]> {
  return level === 0 ? leafHashes(db, timeline, begin, end) : tileRoots(db, timeline, level - 1, begin, end);
}

/** The entries of positions from `begin` until before `end`, in order: the bytes that are hashed. */
export async function readEntries(
  db: Database,
  timeline: string,
  begin: number,
  end: number,
): Promise<Buffer[]> {
  const { rows } = await db.query<{ entry: Buffer }>({
    name: 'read-entry-bytes',
    text: `select entry from ledger_entry where timeline = $1 and position >= $2 and position < $3 order by position`,
    values: [timeline, begin, end],
  });
  return rows.map(({ entry }) => entry);
}

/** Whether all full tiles of a level before `end` are stored. */
export async function hasTiles(db: Database, timeline: string, level: number, end: number): Promise<boolean> {
  const { rows } = await db.query<{ count: number }>({
    name: 'count-tiles',
    text: `select count(*) from ledger_tile where timeline = $1 and level = $2 and index >= 0 and index < $3`,
    values: [timeline, level, end],
  });
  return rows[0]!.count === end;
}

/** The first `limit` full tiles from `begin` until before `end` that are not stored. */
export async function missingTiles(
  db: Database,
  timeline: string,
  level: number,
  { begin, end, limit }: { begin: number; end: number; limit: number },
): Promise<number[]> {
  const { rows } = await db.query<{ index: number }>({
    name: 'missing-tiles',
    text: `
      select index from generate_series($3::int8, $4::int8 - 1) index
      where not exists (select from ledger_tile t where timeline = $1 and level = $2 and t.index = index.index)
      order by index limit $5`,
    values: [timeline, level, begin, end, limit],
  });
  return rows.map(({ index }) => index);
}

/** The leaf hash of one position. @throws TilesMissing where there is no such entry */
export async function readLeafHash(db: Database, timeline: string, position: number): Promise<Buffer> {
  const [hash] = await leafHashes(db, timeline, position, position + 1);
  if (!hash) throw new TilesMissing(timeline, 0, Math.floor(position / tileWidth));
  return hash;
}

async function fullTile(db: Database, timeline: string, level: number, index: number): Promise<Buffer[]> {
  const { rows } = await db.query<{ hashes: Buffer }>({
    name: 'read-tile',
    text: `select hashes from ledger_tile where timeline = $1 and level = $2 and index = $3`,
    values: [timeline, level, index],
  });
  return rows[0] ? hashesOf(rows[0].hashes) : [];
}

async function leafHashes(db: Database, timeline: string, begin: number, end: number): Promise<Buffer[]> {
  const { rows } = await db.query<{ hash: Buffer }>({
    name: 'read-leaf-hashes',
    text: `select leaf_hash as hash from ledger_entry
           where timeline = $1 and position >= $2 and position < $3 order by position`,
    values: [timeline, begin, end],
  });
  return rows.map(({ hash }) => hash);
}

async function tileRoots(
  db: Database,
  timeline: string,
  level: number,
  begin: number,
  end: number,
): Promise<Buffer[]> {
  const { rows } = await db.query<{ hash: Buffer }>({
    name: 'read-tile-roots',
    text: `select root as hash from ledger_tile
           where timeline = $1 and level = $2 and index >= $3 and index < $4 order by index`,
    values: [timeline, level, begin, end],
  });
  return rows.map(({ hash }) => hash);
}
