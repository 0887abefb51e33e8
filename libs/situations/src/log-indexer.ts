import type { Pool } from 'pg';
import { isDatabaseAway, type Log } from '#libs/database';
import type { CommitHints } from '#libs/ledger';
import { WaitingLog, type Written } from './waiting-log.js';

/** How often to look for logs that have become quiet, in ms. */
const interval = 500;

/**
 * Indexes logs behind the appends' backs: when a timeline has been quiet for a moment, or much is waiting; and what comes
 * in bulk as it is written, from memory, on another connection than the appends'. A question with a filter does not rely
 * on it, and catches up by itself; this keeps the catching up short.
 */
export class LogIndexer {
  private readonly waiting = new Map<string, WaitingLog>();
  private closing = false;
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

  /** Resolves when what it is at is done, and the rows that it keeps are written. */
  async close(): Promise<void> {
    this.hints.off('commit', this.note);
    this.closing = true;
    this.wake();
    await this.working;
  }

  /** Is told of each batch that this process has written, in order. */
  take(timeline: string, written: Written): void {
    const log = written.bulk ? this.logOf(timeline, written.from) : this.waiting.get(timeline);
    log?.take(written);
    if (log?.due !== undefined) this.wake();
  }

  /** Nothing more is on its way to this timeline. */
  rest(timeline: string): void {
    const log = this.waiting.get(timeline);
    if (!log?.keepsRows) return;
    log.rest();
    this.wake();
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
    while (!this.closing) {
      await this.work();
      await this.pause();
    }
    for (const log of this.waiting.values()) log.rest();
    await this.work();
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

  private async work(): Promise<void> {
    for (const [timeline, log] of this.waiting) {
      if (this.closing && !log.keepsRows) continue;
      const { due } = log;
      if (due === undefined) continue;
      try {
        await log.indexUpTo(due);
      } catch (error) {
        // What waits is looked at again then; what fails otherwise, when more of it is recorded.
        if (isDatabaseAway(error)) return;
        this.log.warn(`The log of ${timeline} could not be indexed: ${String(error)}`);
      }
      if (log.isDone) this.waiting.delete(timeline);
    }
  }
}
