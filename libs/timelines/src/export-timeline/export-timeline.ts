import type { Pool, PoolClient } from 'pg';
import { asOfOneMoment } from '#libs/database';
import { canonicalJson, readHead, readRange, tileReader } from '#libs/ledger';
import { isRedaction } from '#libs/situations';
import { entryBundle, tilePath, tileWidth, tileWidthAt } from '#libs/transparency';
import { payloadLine, payloadsPath, readme } from '../archive/layout.js';
import { tarEnd, tarMember } from '../archive/tar.js';
import type { TimelineView } from '../timeline-view.js';
import { ExportOvertaken } from './export-overtaken.js';

export interface TimelineToExport {
  timeline: TimelineView;
  /** A checkpoint of the ledger as it stands at the time of asking, signed. */
  checkpoint: () => Promise<{ note: string; size: number }>;
  /** Verifier keys of its signatures, one a line. */
  keys: string[];
  onProgress?: (done: number, total: number) => void;
}

export interface ExportCounts {
  entries: number;
  redacted: number;
}

/** Times that a checkpoint is asked for anew because something was redacted behind it. */
const attempts = 5;

/**
 * One timeline as a file that needs nothing beside it: docs/ARCHIVE.md. The same ledger and checkpoint give the same
 * bytes. Holds 256 developments at a time, and reads from one snapshot of the database.
 */
export class ExportTimeline {
  constructor(private readonly db: Pool) {}

  /** @throws UnknownTimeline, ExportOvertaken, what `checkpoint` throws, and what pg throws when the database is away */
  async *execute(request: TimelineToExport): AsyncGenerator<Buffer, ExportCounts, void> {
    const client = await this.db.connect();
    try {
      const { note, size } = await snapshotAt(client, request);
      const exporting = new Exporting(client, request, size);
      yield* exporting.head(note);
      for (let index = 0; index * tileWidth < size; index++) yield* exporting.chunk(index);
      yield* exporting.unfinishedTiles();
      yield tarEnd;
      return exporting.counts;
    } finally {
      // Parts are read while the transaction lasts, so no function can hold it for them.
      const broken = await client.query('rollback').then(
        () => undefined,
        (lost: Error) => lost,
      );
      client.release(broken);
    }
  }
}

/**
 * Opens a snapshot in which nothing is redacted that the checkpoint's entries do not tell of: a redaction behind it
 * would leave a hole that they do not explain.
 */
async function snapshotAt(client: PoolClient, { timeline: { slug }, checkpoint }: TimelineToExport) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const { note, size } = await checkpoint();
    await client.query(`begin ${asOfOneMoment}`);
    const head = await readHead(client, slug);
    const behind = await readRange(client, slug, size, head.size);
    if (!behind.some(isRedaction)) return { note, size };
    await client.query('rollback');
  }
  throw new ExportOvertaken(slug, attempts);
}

class Exporting {
  readonly counts: ExportCounts = { entries: 0, redacted: 0 };

  constructor(
    private readonly client: PoolClient,
    private readonly request: TimelineToExport,
    private readonly size: number,
  ) {}

  *head(note: string): Generator<Buffer> {
    const { slug, title, timezone, visibility, createdAt } = this.request.timeline;
    const timeline = canonicalJson({ slug, title, timezone, visibility, createdAt });
    yield* file('README', readme);
    yield* file('timeline.json', `${timeline}\n`);
    yield* file('checkpoint', note);
    yield* file('keys', this.request.keys.map((key) => `${key}\n`).join(''));
  }

  /** The entries of one bundle, what they commit to, their hashes, and the tiles above that these complete. */
  async *chunk(index: number): AsyncGenerator<Buffer> {
    const { client, request, size } = this;
    const width = tileWidthAt(size, { level: 'entries', index });
    const begin = index * tileWidth;
    const entries = await readRange(client, request.timeline.slug, begin, begin + width);
    yield* file(
      `tile/${tilePath({ level: 'entries', index, width })}`,
      entryBundle(entries.map(({ entry }) => entry)),
    );
    yield* file(payloadsPath({ index, width }), Buffer.concat(entries.map(payloadLine)));
    yield* await this.tile(0, index);
    for (let level = 1; (index + 1) % tileWidth ** level === 0; level++) {
      yield* await this.tile(level, (index + 1) / tileWidth ** level - 1);
    }
    this.counts.entries += entries.length;
    this.counts.redacted += entries.filter(({ payload }) => payload === null).length;
    request.onProgress?.(this.counts.entries, size);
  }

  /** The right edge of the tree, above the leaves. */
  async *unfinishedTiles(): AsyncGenerator<Buffer> {
    for (let level = 1; this.size >= tileWidth ** level; level++) {
      const nodes = Math.floor(this.size / tileWidth ** level);
      if (nodes % tileWidth !== 0) yield* await this.tile(level, Math.floor(nodes / tileWidth));
    }
  }

  private async tile(level: number, index: number): Promise<Generator<Buffer>> {
    const width = tileWidthAt(this.size, { level, index });
    const hashes = await tileReader(this.client, this.request.timeline.slug)(level, index, width);
    return file(`tile/${tilePath({ level, index, width })}`, Buffer.concat(hashes));
  }
}

function* file(name: string, content: string | Buffer): Generator<Buffer> {
  yield* tarMember({ name, bytes: Buffer.from(content as string) });
}
