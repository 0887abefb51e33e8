import { hashSize, nodeHash } from './hash.js';

/** Levels of the tree that one tile spans. */
export const tileHeight = 8;
/** Hashes in a full tile, leaves in a full bundle. */
export const tileWidth = 256;

/** A tile of hashes, or (level `entries`) a bundle of the leaves themselves. */
export interface TileName {
  /** 0 for leaf hashes, 1 for the roots of full tiles of level 0, and so on up to 7. */
  level: number | 'entries';
  /** Its place among the tiles of its level: 0, 1, 2 … */
  index: number;
  /** 1 to 256; less than 256 is a partial tile, which grows. */
  width: number;
}

/** As it stands behind `tile/`, such as `0/x001/234.p/8`. C2SP tlog-tiles. */
export function tilePath({ level, index, width }: TileName): string {
  return `${level}/${groupsOf(index)}${width === tileWidth ? '' : `.p/${width}`}`;
}

/** The tile of a path that `tilePath` writes; undefined for every other spelling. */
export function parseTilePath(path: string): TileName | undefined {
  const found = /^(entries|[0-7])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  if (!found) return undefined;
  const [, level, groups, width] = found as unknown as [string, string, string, string?];
  const tile: TileName = {
    level: level === 'entries' ? level : Number(level),
    index: Number(groups.replace(/[x/]/g, '')),
    width: width === undefined ? tileWidth : Number(width),
  };
  return tile.width <= tileWidth && tilePath(tile) === path ? tile : undefined;
}

/** How much of a tile a tree of `size` leaves has: 0 where it is not there, 256 where it is full. */
export function tileWidthAt(size: number, { level, index }: Pick<TileName, 'level' | 'index'>): number {
  const nodes = level === 'entries' ? size : Math.floor(size / tileWidth ** level);
  return Math.max(0, Math.min(tileWidth, nodes - index * tileWidth));
}

/** Cuts the bytes of a tile into its hashes. @throws RangeError where they are no whole number of hashes */
export function hashesOf(tile: Buffer): Buffer[] {
  if (tile.length % hashSize !== 0)
    throw new RangeError(`${tile.length} bytes are no whole number of hashes`);
  return Array.from({ length: tile.length / hashSize }, (_, i) =>
    tile.subarray(hashSize * i, hashSize * (i + 1)),
  );
}

/** The root over a full subtree: over a power of two of hashes, such as the 256 of a full tile. */
export function subtreeRoot(hashes: readonly Buffer[]): Buffer {
  if (hashes.length === 0 || (hashes.length & (hashes.length - 1)) !== 0) {
    throw new RangeError(`a full subtree has a power of two of hashes, not ${hashes.length}`);
  }
  let row = hashes;
  while (row.length > 1) {
    const below = row;
    row = Array.from({ length: below.length / 2 }, (_, i) => nodeHash(below[2 * i]!, below[2 * i + 1]!));
  }
  return row[0]!;
}

/** 1234067 is written `x001/x234/067`. */
function groupsOf(index: number): string {
  const digits = String(index);
  const groups = digits.padStart(3 * Math.ceil(digits.length / 3), '0').match(/\d{3}/g)!;
  return groups.map((group, i) => (i < groups.length - 1 ? `x${group}` : group)).join('/');
}
