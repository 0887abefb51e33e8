import type { AuditedEntry } from '#libs/ledger';
import { RightEdge } from '#libs/transparency';
import { EntryCheck } from './entry-check.js';
import type { Findings } from './findings.js';
import { TileCheck, type TileSource } from './tile-check.js';

/** A record to be verified, wherever it lies: in a database, in an archive, behind a live service. */
export interface RecordSource extends TileSource {
  timeline: string;
  /** Entries that it says it has. */
  size: number;
  /** All that it has, in order of position; what is missing is left out, not made up. */
  entries(): AsyncIterable<AuditedEntry[]>;
}

/** What somebody kept of this record: it must have had this root when it had so many entries. */
export interface KeptRoot {
  size: number;
  /** 32 bytes. */
  root: Buffer;
  /** Where it comes from, for whoever reads what was found. */
  name: string;
  /** Whoever kept the entries themselves knows the leaf hash of each: then the first one that differs can be named. */
  leaves?: readonly Buffer[];
}

export interface VerifyRecordOptions {
  kept?: KeptRoot[];
  onProgress?: (position: number) => void;
}

/** What was looked at. */
export interface RecordCounts {
  entries: number;
  payloads: number;
  tiles: number;
  /** Full tiles that are not stored yet. */
  absentTiles: number;
  keptRoots: number;
}

export interface VerifiedRecord extends RecordCounts {
  /** Recomputed, over all entries: 32 bytes. */
  root: Buffer;
  /** The last leaf hash, and when that entry was recorded, as recomputed. */
  tip: Buffer;
  recordedAt: number;
}

/** Recomputes a record from its bytes: entries, payload digests, leaves, tiles, and the root at every size kept. */
export async function verifyRecord(
  source: RecordSource,
  findings: Findings,
  { kept = [], onProgress }: VerifyRecordOptions = {},
): Promise<VerifiedRecord> {
  const entries = new EntryCheck(source.timeline, findings);
  const tiles = new TileCheck(findings, source);
  const roots = new RootCheck(findings, kept);
  for await (const page of source.entries()) {
    for (const entry of page) {
      const leafHash = entries.take(entry);
      if (leafHash) {
        roots.take(leafHash);
        await tiles.take(leafHash);
      }
    }
    onProgress?.(entries.next);
  }
  entries.missUntil(source.size);
  return {
    entries: roots.size,
    payloads: entries.payloads,
    tiles: tiles.checked,
    absentTiles: tiles.absent,
    keptRoots: kept.length,
    root: roots.finish(),
    tip: entries.tip,
    recordedAt: entries.recordedAt,
  };
}

/** Appends leaf by leaf, and looks at the root wherever somebody kept one. */
class RootCheck {
  private readonly edge = RightEdge.empty();
  private readonly due: KeptRoot[];
  /** Those with leaves of which none has differed yet. */
  private whole: KeptRoot[];

  constructor(
    private readonly findings: Findings,
    kept: KeptRoot[],
  ) {
    this.due = [...kept].sort((a, b) => a.size - b.size);
    this.whole = kept.filter(({ leaves }) => leaves);
    this.compare();
  }

  get size(): number {
    return Number(this.edge.size);
  }

  take(leaf: Buffer): void {
    this.whole = this.whole.filter((kept) => this.isKept(kept, leaf));
    this.edge.append(leaf);
    this.compare();
  }

  finish(): Buffer {
    for (const { size, name } of this.due) {
      const detail = `${name} is of ${size} entries, and there are ${this.size}: entries that were there are gone`;
      this.findings.add('root-differs', this.size, detail);
    }
    return this.edge.root();
  }

  /** Whether the entry at the end is the one that was kept, if one was. */
  private isKept({ leaves, name }: KeptRoot, leaf: Buffer): boolean {
    const position = this.size;
    if (leaves![position]?.equals(leaf) ?? true) return true;
    this.findings.add(
      'kept-entry-differs',
      position,
      `it is not the entry that ${name} has: it was rewritten`,
    );
    return false;
  }

  private compare(): void {
    while (this.due[0]?.size === this.size) {
      const { size, root, name } = this.due.shift()!;
      if (this.edge.root().equals(root)) continue;
      const detail = `the first ${size} entries are not those of ${name}: history was rewritten`;
      this.findings.add('root-differs', Math.max(0, size - 1), detail);
    }
  }
}
