import type { Pool, PoolClient } from 'pg';
import type { BatchPart } from './proposal.js';
import type { FullTile } from './tile-tails.js';

/**
 * The part of an append's statement that writes the tiles it completes: they are there as soon as their last leaf,
 * or not at all. `first` is the number of its first parameter.
 */
export function tilesPart(tiles: FullTile[], first: number): BatchPart {
  if (tiles.length === 0) return { shape: '', sql: '', values: [] };
  return {
    shape: 'tiles',
    sql: `tiles as (${insertTiles(first)} where exists (select from head))`,
    values: valuesOf(tiles),
  };
}

/** Stores tiles of leaves that were committed before. Those that are there stay as they are. */
export async function storeTiles(db: Pool | PoolClient, timeline: string, tiles: FullTile[]): Promise<void> {
  await db.query({
    name: 'store-tiles',
    text: `${insertTiles(2)} on conflict on constraint ledger_tile_pk do nothing`,
    values: [timeline, ...valuesOf(tiles)],
  });
}

/** The bytes come as one binary parameter that is cut up here: root (32) and hashes (8192) from `at` on. */
function insertTiles(first: number): string {
  const bytes = `$${first + 1}::bytea`;
  return `
  insert into ledger_tile (timeline, level, index, root, hashes)
  select $1, level, index, substring(${bytes} from at for 32), substring(${bytes} from at + 32 for 8192)
  from json_to_recordset($${first}::json) as t(level int4, index int8, at int4)`;
}

function valuesOf(tiles: FullTile[]): [rows: string, bytes: Buffer] {
  const each = 32 + 8192;
  const rows = tiles.map(({ level, index }, i) => ({ level, index, at: 1 + i * each }));
  return [JSON.stringify(rows), Buffer.concat(tiles.flatMap(({ root, hashes }) => [root, hashes]))];
}
