import type { Pool } from 'pg';
import type { Database } from '#libs/database';
import { readTexts } from '#libs/ledger';
import { type DevelopmentRow, developmentRow } from './development-row.js';
import type { FreshRows } from './fresh-rows.js';
import { insertIndexRows, withIndexRows } from './index-rows.js';
import { type Payload, readBounds } from './payload.js';

/** Developments indexed in one statement. */
export const indexPage = 500;

/**
 * Brings the index of a timeline's log up to its first `size` entries. Any number may call it at once: each step is
 * fenced by how far the index was.
 */
export async function indexLog(pool: Pool, timeline: string, size: number): Promise<void> {
  await new LogIndex(pool, timeline).reach(size);
}

/** How many entries of a timeline's log are indexed, from its first on. */
export async function indexedSize(db: Database, timeline: string): Promise<number> {
  const { rows } = await db.query<{ size: number }>({
    name: 'indexed-size',
    text: 'select size from log_index where timeline = $1',
    values: [timeline],
  });
  return rows[0]?.size ?? 0;
}

/** Where an index stood at one moment. */
interface Standing {
  size: number;
  /** How many it has seen: what was read before another one is not to be indexed. */
  redactions: number;
  /** The ledger's size then. What was recorded since was redacted since, if at all. */
  recorded: number;
}

/** The index of one log as its writer knows it. */
export class LogIndex {
  /** Undefined until it was looked up, and again where it has moved without this writer. */
  private standing: Standing | undefined;

  /** @param fresh rows that need not be read back */
  constructor(
    private readonly pool: Pool,
    private readonly timeline: string,
    private readonly fresh?: FreshRows,
  ) {}

  /** Whether its next row is that of this position, as far as is known. */
  standsAt(position: number): boolean {
    return this.standing?.size === position;
  }

  /**
   * Brings it up to the first `size` entries, or as many of them as there are.
   * @param stopping ends it early, behind a page
   */
  async reach(size: number, stopping?: AbortSignal): Promise<void> {
    try {
      while (!(await this.goOn(size, stopping))) this.standing = undefined;
    } catch (error) {
      this.standing = undefined;
      throw error;
    }
  }

  /** False where somebody else was faster, or destroyed something. One page is made ready while the last is written. */
  private async goOn(size: number, stopping?: AbortSignal): Promise<boolean> {
    let end = size;
    if (!this.standing) {
      this.standing = await this.lookUp();
      // Who names the size may have known a ledger that has lost its end since.
      end = Math.min(size, this.standing.recorded);
    }
    const standing = this.standing;
    let writing: Promise<boolean> = Promise.resolve(true);
    let to = standing.size;
    while (to < end && (to === standing.size || !stopping?.aborted)) {
      const from = to;
      to = Math.min(end, from + indexPage);
      const [rows, isWritten] = await Promise.all([this.rowsOf(from, to, standing), writing]);
      if (!isWritten) return false;
      writing = this.write(rows, { from, to, redactions: standing.redactions });
    }
    if (!(await writing)) return false;
    standing.size = to;
    return true;
  }

  private async lookUp(): Promise<Standing> {
    // Fresh are those that come from now on.
    this.fresh?.clear();
    const standing = await readStanding(this.pool, this.timeline);
    if (standing) return standing;
    await this.pool.query({
      name: 'begin-index',
      text: 'insert into log_index (timeline, size) values ($1, 0) on conflict on constraint log_index_pk do nothing',
      values: [this.timeline],
    });
    return this.lookUp();
  }

  private async rowsOf(from: number, to: number, { recorded }: Standing): Promise<DevelopmentRow[]> {
    const fresh = from < recorded ? undefined : this.fresh?.take(from, to);
    return fresh ?? readRows(this.pool, this.timeline, from, to);
  }

  /** False, and nothing written, where the index does not stand at `from`, or there were redactions since, or no such entries. */
  private async write(
    rows: DevelopmentRow[],
    { from, to, redactions }: { from: number; to: number; redactions: number },
  ): Promise<boolean> {
    const { rowCount } = await withIndexRows(this.timeline, rows, (values) =>
      this.pool.query({
        name: 'index-range',
        text: `
          with fence as (
            update log_index set size = $9
            where timeline = $1 and size = $8 and redactions = $10
              and exists (select from ledger_head h where h.timeline = $1 and h.size >= $9)
            returning size
          ), written as (${insertIndexRows(2, 'fence')})
          select from fence`,
        values: [...values, from, to, redactions],
      }),
    );
    return rowCount === 1;
  }
}

async function readStanding(pool: Pool, timeline: string): Promise<Standing | undefined> {
  const { rows } = await pool.query<Standing>({
    name: 'index-standing',
    text: `
      select l.size, l.redactions, coalesce(h.size, l.size) as recorded
      from log_index l left join ledger_head h on h.timeline = l.timeline
      where l.timeline = $1`,
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
