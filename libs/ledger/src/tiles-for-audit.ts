import type { Database } from '#libs/database';

/** A full tile of a ledger's tree, as stored. */
export interface StoredTile {
  root: Buffer;
  hashes: Buffer;
}

export async function readTileRow(
  db: Database,
  timeline: string,
  level: number,
  index: number,
): Promise<StoredTile | null> {
  const { rows } = await db.query<StoredTile>({
    name: 'tile-row',
    text: 'select root, hashes from ledger_tile where timeline = $1 and level = $2 and index = $3',
    values: [timeline, level, index],
  });
  return rows[0] ?? null;
}

/**
 * Whether a tile is not stored that must have been: all tiles below one, and before it on its level, are there when it
 * is. Of a log that an older release wrote there may be none at all yet.
 */
export async function isTileLost(
  db: Database,
  timeline: string,
  level: number,
  index: number,
): Promise<boolean> {
  const { rows } = await db.query<{ lost: boolean }>({
    name: 'is-tile-lost',
    text: `
      select not exists (
        select from ledger_tile where timeline = $1 and level = $2::int4 and index = $3::int8
      ) and exists (
        select from ledger_tile
        where timeline = $1 and level between $2::int4 and ${highest}
          and index >= $3::int8 >> (8 * (level - $2::int4))
      ) as lost`,
    values: [timeline, level, index],
  });
  return rows[0]!.lost;
}

/** Tiles of it would have 2^56 entries below them: no ledger is as long. */
const highest = 6;

/** Where a tile stands in a tree. */
export interface TilePlace {
  level: number;
  index: number;
}

/** Tiles stored that the ledger's entries do not fill, the first hundred of them. */
export async function tilesOutside(db: Database, timeline: string): Promise<TilePlace[]> {
  const { rows } = await db.query<TilePlace>({
    name: 'tiles-outside',
    text: `
      select t.level, t.index
      from ledger_head h join ledger_tile t on t.timeline = $1
      where h.timeline = $1 and case when t.level between 0 and ${highest}
        then t.index < 0 or t.index >= h.size >> (8 * (t.level + 1)) else true end
      order by t.level, t.index limit 100`,
    values: [timeline],
  });
  return rows;
}
