import type { Pool } from 'pg';
import type { DevelopmentRow } from './development-row.js';
import { FreshRows } from './fresh-rows.js';
import { indexPage, LogIndex } from './log-index.js';

/** How long a log must have been left alone to be quiet, in ms. */
const quietAfter = 500;
/** How long rows wait for more of them while nothing is on its way, in ms: a sender may wait for each receipt. */
export const restFor = 50;
/** A log that never becomes quiet is indexed all the same once so many entries wait. */
const mostWaiting = 50_000;

/** A batch that was just written to a log. */
export interface Written {
  /** The position of its first entry. */
  from: number;
  /** Whether one of its entries is of many that come one behind the other. */
  bulk: boolean;
  entries: number;
  /** One for each entry. */
  rows: () => DevelopmentRow[];
}

/** A log that is to be indexed: how far, and when. */
export class WaitingLog {
  private readonly fresh = new FreshRows();
  private readonly index: LogIndex;
  /** Up to where it was tried. */
  private tried: number;
  private changedAt = performance.now();
  /** The position behind the last that came in bulk. */
  private bulkEnd = -Infinity;
  /** Nothing more is on its way. */
  private atRest = false;
  /** It failed when it was last tried, and is not tried again for each page. */
  private failed = false;

  /** @param size of the log; what is before that is not counted as waiting */
  constructor(
    pool: Pool,
    timeline: string,
    private size: number,
  ) {
    this.tried = size;
    this.index = new LogIndex(pool, timeline, this.fresh);
  }

  /** Somebody has recorded up to this size; it may be told late, and twice. */
  grow(size: number): void {
    if (size <= this.size) return;
    this.size = size;
    this.changedAt = performance.now();
  }

  /** Whether its rows are worth keeping: of what comes in bulk, and of what others record between, up to a page. */
  wants({ from, bulk }: Written): boolean {
    const isBetween = this.fresh.end === from && from - this.bulkEnd < indexPage;
    return !this.failed && (bulk || isBetween);
  }

  keep({ from, bulk, rows }: Written): void {
    this.fresh.put(from, rows());
    if (bulk) this.bulkEnd = this.fresh.end;
    this.atRest = false;
    this.grow(this.fresh.end);
  }

  /** Its rows are read back instead. */
  drop(): void {
    this.fresh.clear();
  }

  /** What is kept is not to wait until it makes a page. */
  rest(): void {
    this.atRest = true;
  }

  get rowsKept(): number {
    return this.fresh.length;
  }

  /** Nobody has recorded for a while, and it was tried to its end. */
  get isDone(): boolean {
    return this.isLeftFor(quietAfter) && this.tried >= this.size;
  }

  /** Up to where it is to be indexed now, if at all. */
  get due(): number | undefined {
    if (this.isLeftFor(quietAfter) || this.size - this.tried >= mostWaiting) return this.size;
    if (this.failed) return undefined;
    const { length, end } = this.fresh;
    const pages = this.atRest && this.isLeftFor(restFor) ? length : length - (length % indexPage);
    return pages > 0 ? end - length + pages : undefined;
  }

  private isLeftFor(time: number): boolean {
    return performance.now() - this.changedAt >= time;
  }

  /**
   * Indexes what is due.
   * @param stopping ends it early, behind a page
   */
  async indexDue(stopping?: AbortSignal): Promise<void> {
    const { due } = this;
    if (due !== undefined) await this.indexUpTo(due, stopping);
  }

  /** Indexes the rows that are kept, and of what would have to be read before them no more than a page. */
  async finish(): Promise<void> {
    const { length, end } = this.fresh;
    if (length === 0) return;
    const isAllKept = this.index.standsAt(end - length);
    await this.indexUpTo(end, isAllKept ? undefined : AbortSignal.abort());
  }

  private async indexUpTo(size: number, stopping?: AbortSignal): Promise<void> {
    this.tried = Math.max(this.tried, size);
    try {
      await this.index.reach(size, stopping);
      this.failed = false;
    } catch (error) {
      this.failed = true;
      this.drop();
      throw error;
    }
  }
}
