import type { Pool } from 'pg';

/** How many developments, over all timelines, the log's filters have yet to take in. */
export async function indexLag(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ lag: number }>({
    name: 'index-lag',
    text: `select coalesce(sum(h.size - coalesce(l.size, 0)), 0)::int8 as lag
           from ledger_head h left join log_index l on l.timeline = h.timeline`,
  });
  return rows[0]!.lag;
}
