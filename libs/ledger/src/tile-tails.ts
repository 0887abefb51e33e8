import { subtreeRoot, tileWidth } from '#libs/transparency';
import type { Undo } from './undo.js';

/** A tile that is complete, with the root over its 256 hashes. */
export interface FullTile {
  level: number;
  index: number;
  root: Buffer;
  hashes: Buffer;
}

/**
 * What is left over on the right edge of a ledger's tree: of each level, the hashes that do not fill a tile yet. A
 * leaf is put behind them and now and then completes a tile; that is all that appending needs of the tree.
 */
export class TileTails {
  /** @param tails by level, each of at most 255 hashes, as of `size` leaves */
  constructor(
    private size: number,
    private readonly tails: Buffer[][],
  ) {}

  /** The tiles that this leaf completes: mostly none. Each 65,536th completes two, and so on. */
  append(leaf: Buffer, undo?: Undo): FullTile[] {
    const tail = this.tailOf(0);
    tail.push(leaf);
    this.size++;
    undo?.push(() => {
      this.size--;
      tail.pop();
    });
    return tail.length === tileWidth ? this.close(0, undo) : [];
  }

  /** Closes the full tile of a level; its root stands in the level above. */
  private close(level: number, undo: Undo | undefined): FullTile[] {
    const tail = this.tailOf(level);
    const above = this.tailOf(level + 1);
    const root = subtreeRoot(tail);
    const index = this.size / tileWidth ** (level + 1) - 1;
    const tile = { level, index, root, hashes: Buffer.concat(tail) };
    this.tails[level] = [];
    above.push(root);
    undo?.push(() => {
      this.tails[level] = tail;
      above.pop();
    });
    return above.length === tileWidth ? [tile, ...this.close(level + 1, undo)] : [tile];
  }

  private tailOf(level: number): Buffer[] {
    return (this.tails[level] ??= []);
  }
}
