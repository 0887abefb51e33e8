import { emptyRoot } from './hash.js';
import { joined, RightEdge } from './right-edge.js';
import { subtreeRoot, tileHeight, tileWidth, tileWidthAt } from './tile.js';

/** Reads the first `width` hashes of a tile. Rejects where they are not there. */
export type TileReader = (level: number, index: number, width: number) => Promise<Buffer[]>;

/** A stretch of leaves whose hash is a step of a proof. */
interface Stretch {
  begin: number;
  end: number;
}

/**
 * The tree of the first `size` leaves (up to 2^53), read from its tiles as far as an answer needs them: at most two
 * tiles a level, each once, whatever the position. All answers are for sizes up to that.
 */
export class TileTree {
  private readonly tiles = new Map<string, Promise<Buffer[]>>();

  constructor(
    readonly size: number,
    private readonly read: TileReader,
  ) {}

  async rootAt(size: number): Promise<Buffer> {
    return size === 0 ? emptyRoot() : this.hashOf({ begin: 0, end: this.checked(size) });
  }

  async rightEdgeAt(size: number): Promise<RightEdge> {
    return RightEdge.of(BigInt(size), await this.subtreesOf({ begin: 0, end: this.checked(size) }));
  }

  /** From the leaf to the root. RFC 6962 §2.1.1. @throws RangeError unless index < size ≤ the tree's */
  inclusionProof(index: number, size: number): Promise<Buffer[]> {
    if (!(index >= 0 && index < this.checked(size))) throw new RangeError(`no leaf ${index} in ${size}`);
    return Promise.all(inclusionPath(index, size).map((stretch) => this.hashOf(stretch)));
  }

  /** RFC 6962 §2.1.2; empty from 0 and between equal sizes. @throws RangeError unless from ≤ to ≤ the tree's size */
  consistencyProof(from: number, to: number): Promise<Buffer[]> {
    if (!(from >= 0 && from <= this.checked(to))) throw new RangeError(`${from} leaves are not within ${to}`);
    return Promise.all(consistencyPath(from, to).map((stretch) => this.hashOf(stretch)));
  }

  private checked(size: number): number {
    if (size >= 0 && size <= this.size) return size;
    throw new RangeError(`a tree of ${this.size} leaves tells nothing of ${size}`);
  }

  private async hashOf(stretch: Stretch): Promise<Buffer> {
    return joined(await this.subtreesOf(stretch));
  }

  /** The roots of the full subtrees that make up a stretch, largest first. */
  private subtreesOf({ begin, end }: Stretch): Promise<Buffer[]> {
    const subtrees: Promise<Buffer>[] = [];
    for (let at = begin; at < end;) {
      const height = Math.floor(Math.log2(end - at));
      subtrees.push(this.subtree(height, at / 2 ** height));
      at += 2 ** height;
    }
    return Promise.all(subtrees);
  }

  /** The root of the full subtree of 2^height leaves at `index` among those of its height. */
  private async subtree(height: number, index: number): Promise<Buffer> {
    const level = Math.floor(height / tileHeight);
    const width = 2 ** (height % tileHeight);
    const tile = Math.floor((index * width) / tileWidth);
    const first = index * width - tile * tileWidth;
    const hashes = await this.tile(level, tile);
    return subtreeRoot(hashes.slice(first, first + width));
  }

  private tile(level: number, index: number): Promise<Buffer[]> {
    const name = `${level}/${index}`;
    let reading = this.tiles.get(name);
    if (!reading) {
      reading = this.read(level, index, tileWidthAt(this.size, { level, index }));
      this.tiles.set(name, reading);
    }
    return reading;
  }
}

function inclusionPath(index: number, size: number): Stretch[] {
  const path: Stretch[] = [];
  let [begin, end] = [0, size];
  while (end - begin > 1) {
    const split = begin + splitOf(end - begin);
    if (index < split) {
      path.unshift({ begin: split, end });
      end = split;
    } else {
      path.unshift({ begin, end: split });
      begin = split;
    }
  }
  return path;
}

function consistencyPath(from: number, to: number): Stretch[] {
  if (from === 0) return [];
  const path: Stretch[] = [];
  let [begin, end] = [0, to];
  while (from < end) {
    const split = begin + splitOf(end - begin);
    if (from <= split) {
      path.unshift({ begin: split, end });
      end = split;
    } else {
      path.unshift({ begin, end: split });
      begin = split;
    }
  }
  // The last stretch ends where the older tree ends; beginning at 0 it is that tree, whose root is known.
  return begin === 0 ? path : [{ begin, end }, ...path];
}

/** The largest power of two below `length`: where RFC 6962 splits a tree. */
function splitOf(length: number): number {
  return 2 ** (Math.ceil(Math.log2(length)) - 1);
}
