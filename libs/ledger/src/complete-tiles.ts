import type { Database } from '#libs/database';
import { subtreeRoot, tileWidth } from '#libs/transparency';
import { hasTiles, missingTiles, readHashes, TilesMissing } from './read-tiles.js';
import { type FullTile, TileTails } from './tile-tails.js';
import { storeTiles } from './write-tiles.js';

/** Tiles that are made at once: 64 of level 0 are 16,384 leaf hashes, half a megabyte. */
const atOnce = 64;

/**
 * Makes the full tiles that a ledger of `size` committed entries should have and has not: of one that an older
 * release wrote, that was filled by other means than appending, or that lost some. Several processes may do it at a
 * time.
 *
 * @returns how many it made; nothing is read but a count a level where none is missing
 * @throws TilesMissing where entries themselves are not there
 */
export async function completeTiles(db: Database, timeline: string, size: number): Promise<number> {
  let made = 0;
  for (let level = 0; size >= tileWidth ** (level + 1); level++) {
    const end = Math.floor(size / tileWidth ** (level + 1));
    if (!(await hasTiles(db, timeline, level, end))) made += await completeLevel(db, timeline, level, end);
  }
  return made;
}

async function completeLevel(db: Database, timeline: string, level: number, end: number): Promise<number> {
  let made = 0;
  for (let begin = 0; ;) {
    const missing = await missingTiles(db, timeline, level, { begin, end, limit: atOnce });
    const [first] = missing;
    if (first === undefined) return made;
    const gap = missing.findIndex((index, i) => index !== first + i);
    begin = first + (gap < 0 ? missing.length : gap);
    await storeTiles(db, timeline, await makeTiles(db, timeline, level, first, begin));
    made += begin - first;
  }
}

async function makeTiles(
  db: Database,
  timeline: string,
  level: number,
  begin: number,
  end: number,
): Promise<FullTile[]> {
  const hashes = await readHashes(db, timeline, level, begin * tileWidth, end * tileWidth);
  if (hashes.length !== (end - begin) * tileWidth) throw new TilesMissing(timeline, level, begin);
  return Array.from({ length: end - begin }, (_, i) => {
    const own = hashes.slice(i * tileWidth, (i + 1) * tileWidth);
    return { level, index: begin + i, root: subtreeRoot(own), hashes: Buffer.concat(own) };
  });
}

/**
 * The right edge of the first `size` entries, which are committed; tiles that are missing are made first.
 * @throws TilesMissing where entries themselves are not there
 */
export async function loadTails(db: Database, timeline: string, size: number): Promise<TileTails> {
  await completeTiles(db, timeline, size);
  const tails: Buffer[][] = [];
  for (let level = 0; size >= tileWidth ** level; level++) {
    const end = Math.floor(size / tileWidth ** level);
    const begin = end - (end % tileWidth);
    const tail = await readHashes(db, timeline, level, begin, end);
    if (tail.length !== end - begin) throw new TilesMissing(timeline, level, begin / tileWidth);
    tails.push(tail);
  }
  return new TileTails(size, tails);
}
