import type { Database } from '#libs/database';
import { EndToEnd } from './end-to-end.js';
import { type BatchPart, noPart } from './proposal.js';
import type { FullTile } from './tile-tails.js';

/**
 * The part of an append's statement that writes the tiles it completes: they are there as soon as their last leaf,
 * or not at all.
 */
export function tilesPart(tiles: FullTile[], end: EndToEnd): BatchPart {
  if (tiles.length === 0) return noPart;
  return {
    shape: 'tiles',
    values: [JSON.stringify(rowsOf(tiles, end))],
    sql: (first, bytes) => `tiles as (${insertTiles(`$${first}`, bytes)} where exists (select from head))`,
  };
}

/** Stores tiles of leaves that were committed before. Those that are there stay as they are. */
export async function storeTiles(db: Database, timeline: string, tiles: FullTile[]): Promise<void> {
  const end = new EndToEnd();
  const rows = JSON.stringify(rowsOf(tiles, end));
  await db.query({
    name: 'store-tiles',
    text: `${insertTiles('$2', '$3::bytea')} on conflict on constraint ledger_tile_pk do nothing`,
    values: [timeline, rows, end.bytes()],
  });
  end.leave();
}

/** The bytes are cut up here: root (32) and hashes (8192) from `at` on. */
function insertTiles(rows: string, bytes: string): string {
  return `
  insert into ledger_tile (timeline, level, index, root, hashes)
  select $1, level, index, substring(${bytes} from at for 32), substring(${bytes} from at + 32 for 8192)
  from json_to_recordset(${rows}::json) as t(level int4, index int8, at int4)`;
}

function rowsOf(tiles: FullTile[], end: EndToEnd): { level: number; index: number; at: number }[] {
  return tiles.map(({ level, index, root, hashes }) => {
    const at = end.length + 1;
    end.put(root);
    end.put(hashes);
    return { level, index, at };
  });
}
