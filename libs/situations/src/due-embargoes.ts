import type { Pool } from 'pg';
import type { Instant } from '#libs/chronology';

/** An embargo that its end has come for, and nobody has lifted. */
export interface DueEmbargo {
  timeline: string;
  position: number;
  id: string;
  matter: string;
  until: Instant;
}

/** What every embargo is behind. */
const start = [Number.MIN_SAFE_INTEGER, '', -1];

/** Those whose end lies at or before `now`, over all timelines, the oldest first; behind `after`, where that is given. */
export async function dueEmbargoes(
  pool: Pool,
  now: Instant,
  limit: number,
  after?: DueEmbargo,
): Promise<DueEmbargo[]> {
  const { rows } = await pool.query<DueEmbargo>({
    name: 'due-embargoes',
    text: `
      select w.timeline, w.position, p.id, p.stream as matter, w.until
      from (
        select * from withheld
        where embargoed and until <= $1 and (until, timeline, position) > ($3, $4, $5)
        order by until, timeline, position limit $2
      ) w
      cross join lateral (
        select id, stream from ledger_payload where timeline = w.timeline and position = w.position limit 1
      ) p
      order by w.until, w.timeline, w.position`,
    values: [now, limit, ...(after ? [after.until, after.timeline, after.position] : start)],
  });
  return rows;
}

/** The end of the embargo that is due next after `now`; null where none is. */
export async function nextEmbargo(pool: Pool, now: Instant): Promise<Instant | null> {
  const { rows } = await pool.query<{ until: Instant | null }>({
    name: 'next-embargo',
    text: 'select min(until) as until from withheld where embargoed and until > $1',
    values: [now],
  });
  return rows[0]!.until;
}
