import type { StoredTile } from '#libs/ledger';
import { hashSize, subtreeRoot, tileWidth as width } from '#libs/transparency';
import type { Findings } from './findings.js';

/** Where full tiles are kept. */
export interface TileSource {
  /** As kept; null where it keeps none. */
  tile(level: number, index: number): Promise<StoredTile | null>;
  /** Whether one is not there that must have been: others show it. */
  isTileLost(level: number, index: number): Promise<boolean>;
}

/**
 * Makes every full tile of a tree again from its leaves, which are recomputed from the entries, and holds the stored
 * ones against them. It keeps one tile a level.
 */
export class TileCheck {
  checked = 0;
  /** Full tiles that are not stored: a log that an older release wrote gets them when somebody asks for one. */
  absent = 0;
  private readonly tails: { index: number; hashes: Buffer[] }[] = [];

  constructor(
    private readonly findings: Findings,
    private readonly source: TileSource,
    /** Begins at this leaf, a multiple of 256, and then looks at tiles of level 0 alone. */
    private readonly from = 0,
  ) {}

  async take(leaf: Buffer): Promise<void> {
    await this.add(0, leaf);
  }

  private async add(level: number, hash: Buffer): Promise<void> {
    const tail = (this.tails[level] ??= { index: level === 0 ? this.from / width : 0, hashes: [] });
    tail.hashes.push(hash);
    if (tail.hashes.length < width) return;
    const { index, hashes } = tail;
    this.tails[level] = { index: index + 1, hashes: [] };
    const root = subtreeRoot(hashes);
    await this.compare(level, index, hashes, root);
    if (this.from === 0) await this.add(level + 1, root);
  }

  private async compare(level: number, index: number, hashes: Buffer[], root: Buffer): Promise<void> {
    const stored = await this.source.tile(level, index);
    if (stored === null) return this.miss(level, index);
    this.checked++;
    const at = hashes.findIndex(
      (hash, i) => !hash.equals(stored.hashes.subarray(i * hashSize, (i + 1) * hashSize)),
    );
    if (at < 0 && stored.root.equals(root) && stored.hashes.length === width * hashSize) return;
    const position = (index * width + Math.max(0, at)) * width ** level;
    this.findings.add(
      'tile-differs',
      position,
      `tile ${index} of level ${level} is not the one of these entries`,
    );
  }

  private async miss(level: number, index: number): Promise<void> {
    if (!(await this.source.isTileLost(level, index))) return void this.absent++;
    this.findings.add(
      'tile-missing',
      index * width ** (level + 1),
      `tile ${index} of level ${level} is not stored, and later ones are`,
    );
  }
}
