import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { type CommitHints, follow, readStretch, type StoredEntry } from '#libs/ledger';
import { withheldAmong } from '#libs/situations';
import { type FlatDevelopment, flatDevelopment } from '../flat-development.js';
import { type Redactions, redactionsOf } from '../redactions-of.js';
import type { Sight } from '../sight.js';
import { Points } from '../point.js';
import { HINTS, READERS } from '../tokens.js';

/** A stretch of the log as it was read once, for whoever may see whatever part of it. */
export interface FeedPage {
  /** In order of position, without a gap. */
  entries: StoredEntry[];
  /** Positions of those that were withheld when the page was read. */
  withheld: ReadonlySet<number>;
  redactions: Redactions;
}

/** The developments of a timeline as they are recorded, page by page, in order. */
@Injectable()
export class DevelopmentFeed {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(HINTS) private readonly hints: CommitHints,
    private readonly points: Points,
  ) {}

  /**
   * The ledger's size, once it holds position `atLeast`.
   * @throws UnknownTimeline, InvalidParameter, NotCaughtUp
   */
  sizeOf(timeline: string, atLeast?: string): Promise<number> {
    return this.points.sizeOf(timeline, atLeast);
  }

  /** Those with `from` ≤ position < `to`, as many as fit into a page, and one at least. */
  async between(timeline: string, from: number, to: number): Promise<FeedPage> {
    return this.page(timeline, await readStretch(this.readers, timeline, from, to));
  }

  /**
   * Those from position `from` on, for ever, until the signal aborts. Rejects when the database is away; call it
   * again from where it ended.
   */
  async *from(timeline: string, from: number, signal: AbortSignal): AsyncGenerator<FeedPage, void, void> {
    for await (const entries of follow(this.readers, this.hints, timeline, from - 1, signal)) {
      yield await this.page(timeline, entries);
    }
  }

  private async page(timeline: string, entries: StoredEntry[]): Promise<FeedPage> {
    const positions = entries.map(({ position }) => position);
    const [withheld, redactions] = await Promise.all([
      withheldAmong(this.readers, timeline, positions),
      redactionsOf(this.readers, timeline, entries),
    ]);
    return { entries, withheld, redactions };
  }
}

/** What may be seen of a page, from position `from` on. */
export function seenOf(
  { entries, withheld, redactions }: FeedPage,
  sight: Sight,
  from: number,
): FlatDevelopment[] {
  return entries
    .filter(({ position }) => position >= from && (sight.withheld || !withheld.has(position)))
    .map((entry) => flatDevelopment(entry, sight, redactions));
}
