import type { Pool } from 'pg';
import { type CommitHints, readTexts } from '#libs/ledger';
import { type DevelopmentRow, developmentRow } from './development-row.js';
import { readPayload } from './payload.js';
import { Terms } from './terms.js';

/** Developments indexed in one statement. */
const page = 1_000;

/**
 * Brings the index of a timeline's log up to its first `size` entries. Any number may call it at once: each step is
 * fenced by how far the index was.
 */
export async function indexLog(pool: Pool, timeline: string, size: number): Promise<void> {
  for (;;) {
    const from = await indexed(pool, timeline);
    if (from.size >= size) return;
    await indexRange(pool, timeline, from, Math.min(size, from.size + page));
  }
}

/** How far the index is, and how many redactions it has seen: what was read before another one is not to be indexed. */
interface Indexed {
  size: number;
  redactions: number;
}

async function indexed(pool: Pool, timeline: string): Promise<Indexed> {
  const { rows } = await pool.query<Indexed>({
    name: 'indexed',
    text: 'select size, redactions from log_index where timeline = $1',
    values: [timeline],
  });
  if (rows[0]) return rows[0];
  await pool.query(
    'insert into log_index (timeline, size) values ($1, 0) on conflict on constraint log_index_pk do nothing',
    [timeline],
  );
  return indexed(pool, timeline);
}

async function indexRange(pool: Pool, timeline: string, from: Indexed, to: number): Promise<void> {
  const terms = new Terms(timeline);
  const rows: DevelopmentRow[] = [];
  for (const { position, payload } of await readTexts(pool, timeline, from.size, to)) {
    if (payload === null) continue;
    const { content, bounds } = readPayload(payload);
    rows.push(developmentRow({ position, content, bounds }, terms));
  }
  await pool.query({
    name: 'index-range',
    text: `
      with fence as (
        update log_index set size = $3 where timeline = $1 and size = $2 and redactions = $5 returning size
      )
      insert into development (timeline, position, earliest, latest, matter, begins, terms)
      select $1, position, earliest, latest, matter, begins, array_to_tsvector(terms)
      from json_to_recordset($4::json) as
        r(position int8, earliest int8, latest int8, matter text, begins int8, terms text[])
      where exists (select from fence)`,
    values: [timeline, from.size, to, JSON.stringify(rows), from.redactions],
  });
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
  private timer: NodeJS.Timeout | undefined;
  private working: Promise<void> = Promise.resolve();

  constructor(
    private readonly pool: Pool,
    private readonly hints: CommitHints,
  ) {}

  start(): void {
    this.hints.on('commit', this.note);
    this.timer = setInterval(() => {
      this.working = this.working.then(() => this.work());
    }, interval).unref();
  }

  /** Resolves when what it is at is done. */
  async close(): Promise<void> {
    this.hints.off('commit', this.note);
    clearInterval(this.timer);
    await this.working;
  }

  private readonly note = (timeline: string, size: number): void => {
    const { indexed = size } = this.waiting.get(timeline) ?? {};
    this.waiting.set(timeline, { size, indexed, quiet: false });
  };

  private async work(): Promise<void> {
    for (const [timeline, log] of this.waiting) {
      if (!log.quiet && log.size - log.indexed < mostWaiting) {
        log.quiet = true;
        continue;
      }
      try {
        await indexLog(this.pool, timeline, log.size);
      } catch {
        return; // The database is away; what waits is looked at again.
      }
      const since = this.waiting.get(timeline)!;
      if (since.size === log.size) this.waiting.delete(timeline);
      else since.indexed = log.size;
    }
  }
}
