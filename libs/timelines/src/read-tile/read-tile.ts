import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { readEntries, tileReader, TilesMissing } from '#libs/ledger';
import type { Notary } from '#libs/notary';
import { entryBundle, type TileName, tilePath, tileWidth, tileWidthAt } from '#libs/transparency';
import { UnknownTile } from '../errors.js';
import { TimelineDirectory } from '../timeline-directory.js';
import { NOTARY, READERS } from '../tokens.js';

export interface Tile {
  bytes: Buffer;
  /** Whether whoever may read this timeline is anyone. */
  isPublic: boolean;
}

/** A tile of hashes, or a bundle of entries, as far as the last checkpoint covers it. */
export class ReadTile extends Query<Tile> {
  constructor(
    readonly timeline: string,
    readonly tile: TileName,
  ) {
    super();
  }
}

@QueryHandler(ReadTile)
export class ReadTileHandler implements IQueryHandler<ReadTile> {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(NOTARY) private readonly notary: Notary,
    private readonly directory: TimelineDirectory,
  ) {}

  /**
   * A full tile is kept for ever by whoever fetches it, so nothing is answered that may not be what was signed.
   * @throws UnknownTimeline, UnknownTile, LogInconsistent, TilesMissing
   */
  async execute({ timeline, tile }: ReadTile): Promise<Tile> {
    const { slug, visibility } = await this.directory.find(timeline);
    const { size } = await this.notary.checkpoint(slug);
    this.notary.assertConsistent(slug);
    if (tileWidthAt(size, tile) < tile.width) throw new UnknownTile(slug, tilePath(tile), size);
    return { bytes: await this.read(slug, tile), isPublic: visibility === 'public' };
  }

  private async read(timeline: string, { level, index, width }: TileName): Promise<Buffer> {
    if (level !== 'entries')
      return Buffer.concat(await tileReader(this.readers, timeline)(level, index, width));
    const begin = index * tileWidth;
    const entries = await readEntries(this.readers, timeline, begin, begin + width);
    if (entries.length !== width) throw new TilesMissing(timeline, 0, index);
    return entryBundle(entries);
  }
}
