import type { Pool } from 'pg';
import { isZone, type KindTable } from '#libs/chronology';
import { inTransaction } from '#libs/database';
import { completeTiles, restoreEntries } from '#libs/ledger';
import { deriveAnew } from '#libs/situations';
import { ArchiveRefused } from '../archive/archive-refused.js';
import { ArchiveReader } from '../archive/read-archive.js';
import { insertTimeline } from '../insert-timeline.js';

export interface ImportedArchive {
  timeline: string;
  entries: number;
  redacted: number;
  /** Of the first `entries` leaves, as the archive's checkpoint says and its entries have. */
  root: Buffer;
}

export interface ArchiveToImport {
  chunks: AsyncIterable<Buffer>;
  /** Refuse an archive of another timeline. */
  timeline?: string | undefined;
  onProgress?: (stage: 'reading' | 'folding', done: number, total: number) => void;
}

/**
 * Takes an exported timeline in: entries, payloads, salts, positions, times and keys' ids as they were, byte for byte.
 * All of it is checked on the way, and it is one transaction: either the whole timeline is there, or nothing of it.
 */
export class ImportArchive {
  constructor(
    private readonly db: Pool,
    private readonly kinds: KindTable,
  ) {}

  /** @throws ArchiveRefused, TimelineExists, and what pg throws when the database is away */
  async execute({ chunks, timeline, onProgress }: ArchiveToImport): Promise<ImportedArchive> {
    const reader = await ArchiveReader.open(chunks);
    const { slug, timezone, createdAt } = reader.head.timeline;
    const { size, root } = reader.head;
    if (timeline !== undefined && timeline !== slug) {
      throw new ArchiveRefused(`it is of the timeline ${slug}, whose entries name it; not of ${timeline}`);
    }
    if (!isZone(timezone)) throw new ArchiveRefused(`its time zone ${timezone} is not known here`);
    const entries = await inTransaction(this.db, async (client) => {
      // A look-up planned while the tables were small must not become a scan of them.
      await client.query('set local enable_seqscan = off; set local plan_cache_mode = force_generic_plan');
      await insertTimeline(client, reader.head.timeline, Date.parse(createdAt));
      let restored = 0;
      for await (const bundle of reader.bundles()) {
        await restoreEntries(client, slug, bundle, ({ redacts }) => redacts !== null);
        restored += bundle.length;
        onProgress?.('reading', restored, size);
      }
      await completeTiles(client, slug, size);
      await deriveAnew(client, this.kinds, slug, size, (done) => onProgress?.('folding', done, size));
      return restored;
    });
    return { timeline: slug, entries, redacted: reader.redacted, root };
  }
}
