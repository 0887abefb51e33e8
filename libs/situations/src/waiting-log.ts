import type { Pool } from 'pg';
import type { DevelopmentRow } from './development-row.js';
import { FreshRows } from './fresh-rows.js';
import { indexPage, LogIndex } from './log-index.js';

/** How long a log must have been left alone to be quiet, in ms. */
const quietAfter = 500;
/** A log that never becomes quiet is indexed all the same once so many entries wait. */
const mostWaiting = 50_000;

/** A batch that was just written to a log. */
export interface Written {
  /** The position of its first entry. */
  from: number;
  /** Whether one of its entries is of many that come one behind the other. */
  bulk: boolean;
  /** One for each entry. */
  rows: () => DevelopmentRow[];
}

/** A log that is to be indexed: how far, and when. */
export class WaitingLog {
  private readonly fresh = new FreshRows();
  private readonly index: LogIndex;
  private indexed: number;
  private changedAt = performance.now();
  /** The position behind the last that came in bulk. */
  private bulkEnd = -Infinity;
  /** Nothing more is on its way. */
  private atRest = false;

  /** @param size of the log; up to there it need not be indexed before it is quiet */
  constructor(
    pool: Pool,
    timeline: string,
    private size: number,
  ) {
    this.indexed = size;
    this.index = new LogIndex(pool, timeline, this.fresh);
  }

  grow(size: number): void {
    this.size = Math.max(this.size, size);
    this.changedAt = performance.now();
  }

  /** Keeps the rows of what comes in bulk, and of what others record between, up to a page. */
  take({ from, bulk, rows }: Written): void {
    const isBetween = this.fresh.end === from && from - this.bulkEnd < indexPage;
    if (!bulk && !isBetween) return;
    this.fresh.put(from, rows());
    if (bulk) this.bulkEnd = this.fresh.end;
    this.atRest = false;
    this.grow(this.fresh.end);
  }

  /** What is kept is not to wait until it makes a page. */
  rest(): void {
    this.atRest = true;
  }

  get keepsRows(): boolean {
    return this.fresh.length > 0;
  }

  /** Nobody has recorded for a while, and all of it is indexed. */
  get isDone(): boolean {
    return this.isQuiet && this.indexed >= this.size;
  }

  /** Up to where it is to be indexed now, if at all. */
  get due(): number | undefined {
    if (this.isQuiet || this.size - this.indexed >= mostWaiting) return this.size;
    const { length, end } = this.fresh;
    const pages = this.atRest ? length : length - (length % indexPage);
    return pages > 0 ? end - length + pages : undefined;
  }

  private get isQuiet(): boolean {
    return performance.now() - this.changedAt >= quietAfter;
  }

  async indexUpTo(size: number): Promise<void> {
    try {
      await this.index.reach(size);
    } catch (error) {
      this.fresh.clear();
      throw error;
    } finally {
      // Of what fails, more is tried when more of it is recorded.
      this.indexed = size;
    }
  }
}
