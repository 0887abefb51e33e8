import type { Pool } from 'pg';
import { isDatabaseAway, type Log } from '#libs/database';
import type { CommitHints } from '#libs/ledger';
import { restFor, WaitingLog, type Written } from './waiting-log.js';

/** How often to look for logs that have become quiet, in ms. */
const interval = 500;
/** Rows kept, of all timelines: of a text of 20,000 characters each, the most that a development may have, 100 MB. */
const mostRows = 5_000;

/**
 * Indexes logs behind the appends' backs: when a timeline has been quiet for a moment, or much is waiting; and what comes
 * in bulk as it is written, from memory, on another connection than the appends'. A question with a filter does not rely
 * on it, and catches up by itself; this keeps the catching up short.
 */
export class LogIndexer {
  private readonly waiting = new Map<string, WaitingLog>();
  private readonly closing = new AbortController();
  private working: Promise<void> = Promise.resolve();
  /** Whether to look again at once, and what ends the pause before the next look. */
  private awake = false;
  private endPause = () => {};

  constructor(
    private readonly pool: Pool,
    private readonly hints: CommitHints,
    private readonly log: Log,
  ) {}

  start(): void {
    this.hints.on('commit', this.note);
    this.working = this.run();
  }

  /** Resolves when the page that it is at is written, and the rows that it keeps, unless much would have to be read first. */
  async close(): Promise<void> {
    this.hints.off('commit', this.note);
    this.closing.abort();
    this.wake();
    await this.working;
  }

  /** Is told of batches that this process has written, in order; one may be left out. Never throws. */
  take(timeline: string, written: Written): void {
    const log = written.bulk ? this.logOf(timeline, written.from) : this.waiting.get(timeline);
    if (!log?.wants(written)) return;
    try {
      if (this.rowsKept + written.entries > mostRows) log.drop();
      else log.keep(written);
    } catch (error) {
      this.fail(timeline, error);
    }
    if (log.due !== undefined) this.wake();
  }

  /** Nothing more is on its way to this timeline. */
  rest(timeline: string): void {
    const log = this.waiting.get(timeline);
    if (!log?.rowsKept) return;
    log.rest();
    setTimeout(() => this.wake(), restFor + 5).unref();
  }

  private get rowsKept(): number {
    let rows = 0;
    for (const log of this.waiting.values()) rows += log.rowsKept;
    return rows;
  }

  private readonly note = (timeline: string, size: number): void => {
    this.logOf(timeline, size).grow(size);
  };

  private logOf(timeline: string, size: number): WaitingLog {
    let log = this.waiting.get(timeline);
    if (!log) this.waiting.set(timeline, (log = new WaitingLog(this.pool, timeline, size)));
    return log;
  }

  private wake(): void {
    this.awake = true;
    this.endPause();
  }

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await this.each((log) => log.indexDue(signal));
      await this.pause();
    }
    await this.each((log) => log.finish());
  }

  private async pause(): Promise<void> {
    if (!this.awake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, interval).unref();
        this.endPause = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.awake = false;
  }

  private async each(work: (log: WaitingLog) => Promise<void>): Promise<void> {
    for (const [timeline, log] of this.waiting) {
      try {
        await work(log);
      } catch (error) {
        // What waits is looked at again then; what fails otherwise, when more of it is recorded.
        if (isDatabaseAway(error)) return;
        this.fail(timeline, error);
      }
      if (log.isDone) this.waiting.delete(timeline);
    }
  }

  private fail(timeline: string, error: unknown): void {
    this.log.warn(`The log of ${timeline} could not be indexed: ${String(error)}`);
  }
}
