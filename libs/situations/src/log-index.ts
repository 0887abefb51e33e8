import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isDatabaseAway, type Log } from '#libs/database';
import { type CommitHints, readTexts } from '#libs/ledger';
import { type DevelopmentRow, developmentRow } from './development-row.js';
import { insertIndexRows, withIndexRows } from './index-rows.js';
import { type Payload, readBounds } from './payload.js';

/** Developments indexed in one statement. */
const page = 500;

/**
 * Brings the index of a timeline's log up to its first `size` entries. Any number may call it at once: each step is
 * fenced by how far the index was.
 */
export async function indexLog(pool: Pool, timeline: string, size: number): Promise<void> {
  while (!(await goOn(pool, timeline, size)));
}

/** How many entries of a timeline's log are indexed, from its first on. */
export async function indexedSize(pool: Pool, timeline: string): Promise<number> {
  return (await readIndexed(pool, timeline))?.size ?? 0;
}

/** False where somebody else was faster, or destroyed something. One page is read and made ready while the last is written. */
async function goOn(pool: Pool, timeline: string, size: number): Promise<boolean> {
  const { size: begin, redactions } = await indexed(pool, timeline);
  let writing: Promise<boolean> = Promise.resolve(true);
  for (let from = begin; from < size; from += page) {
    const to = Math.min(size, from + page);
    const [rows, isWritten] = await Promise.all([readRows(pool, timeline, from, to), writing]);
    if (!isWritten) return false;
    writing = writeRange(pool, timeline, rows, { from, to, redactions });
  }
  return writing;
}

/** How far the index is, and how many redactions it has seen: what was read before another one is not to be indexed. */
interface Indexed {
  size: number;
  redactions: number;
}

async function indexed(pool: Pool, timeline: string): Promise<Indexed> {
  const standing = await readIndexed(pool, timeline);
  if (standing) return standing;
  await pool.query({
    name: 'begin-index',
    text: 'insert into log_index (timeline, size) values ($1, 0) on conflict on constraint log_index_pk do nothing',
    values: [timeline],
  });
  return indexed(pool, timeline);
}

async function readIndexed(pool: Pool, timeline: string): Promise<Indexed | undefined> {
  const { rows } = await pool.query<Indexed>({
    name: 'indexed',
    text: 'select size, redactions from log_index where timeline = $1',
    values: [timeline],
  });
  return rows[0];
}

async function readRows(pool: Pool, timeline: string, from: number, to: number): Promise<DevelopmentRow[]> {
  const rows: DevelopmentRow[] = [];
  for (const { position, payload } of await readTexts(pool, timeline, from, to)) {
    if (payload === null) continue;
    const content = JSON.parse(payload) as Payload;
    const bounds = content.bounds ? readBounds(content.bounds) : null;
    rows.push(developmentRow({ position, content, bounds }));
  }
  return rows;
}

/** False, and nothing written, where the index does not stand at `from`, or there were redactions since. */
async function writeRange(
  pool: Pool,
  timeline: string,
  rows: DevelopmentRow[],
  { from, to, redactions }: { from: number; to: number; redactions: number },
): Promise<boolean> {
  const { rowCount } = await withIndexRows(timeline, rows, (values) =>
    pool.query({
      name: 'index-range',
      text: `
        with fence as (
          update log_index set size = $9 where timeline = $1 and size = $8 and redactions = $10 returning size
        ), written as (${insertIndexRows(2, 'fence')})
        select from fence`,
      values: [...values, from, to, redactions],
    }),
  );
  return rowCount === 1;
}

/** How often to look for logs that have become quiet, in ms. */
const interval = 500;
/** A log that never becomes quiet is indexed all the same once so many entries wait. */
const mostWaiting = 50_000;

/**
 * Indexes logs behind the appends' backs: when a timeline has been quiet for a moment, or much is waiting. A question
 * with a filter does not rely on it, and catches up by itself; this keeps the catching up short.
 */
export class LogIndexer {
  private readonly waiting = new Map<string, { size: number; indexed: number; quiet: boolean }>();
  private readonly closing = new AbortController();
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly hints: CommitHints,
    private readonly log: Log,
  ) {}

  start(): void {
    this.hints.on('commit', this.note);
    this.working = this.run();
  }

  /** Resolves when what it is at is done. */
  async close(): Promise<void> {
    this.hints.off('commit', this.note);
    this.closing.abort();
    await this.working;
  }

  private readonly note = (timeline: string, size: number): void => {
    const { indexed = size } = this.waiting.get(timeline) ?? {};
    this.waiting.set(timeline, { size, indexed, quiet: false });
  };

  private async run(): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      await this.work();
      await sleep(interval, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async work(): Promise<void> {
    for (const [timeline, log] of this.waiting) {
      if (this.closing.signal.aborted) return;
      if (!log.quiet && log.size - log.indexed < mostWaiting) {
        log.quiet = true;
        continue;
      }
      try {
        await indexLog(this.pool, timeline, log.size);
      } catch (error) {
        // What waits is looked at again then; what fails otherwise, when more of it is recorded.
        if (isDatabaseAway(error)) return;
        this.log.warn(`The log of ${timeline} could not be indexed: ${String(error)}`);
      }
      const since = this.waiting.get(timeline)!;
      if (since.size === log.size) this.waiting.delete(timeline);
      else since.indexed = log.size;
    }
  }
}
