import type { Pool } from 'pg';

/** A matter whose fold failed at `position`: its slots stand as they were then. */
export interface ParkedMatter {
  timeline: string;
  matter: string;
  position: number;
  reason: string;
}

/** The parked matters of one timeline. */
export async function parkedMatters(pool: Pool, timeline: string): Promise<ParkedMatter[]> {
  const { rows } = await pool.query<ParkedMatter>({
    name: 'parked-matters',
    text: 'select timeline, matter, position, reason from parked_matter where timeline = $1 order by matter',
    values: [timeline],
  });
  return rows;
}

/** How many matters are parked, over all timelines. */
export async function countParkedMatters(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('select count(*)::int4 as count from parked_matter');
  return rows[0]!.count;
}
