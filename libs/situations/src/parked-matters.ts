import type { Pool } from 'pg';
import type { ReadModels } from './read-models.js';

/** A matter whose fold failed at `position`: its slots stand as they were then. */
export interface ParkedMatter {
  matter: string;
  position: number;
  reason: string;
}

/** The parked matters of one timeline, by name. */
export async function parkedMatters(
  pool: Pool,
  { timeline, generation }: ReadModels,
): Promise<ParkedMatter[]> {
  const { rows } = await pool.query<ParkedMatter>({
    name: 'parked-matters',
    text: `select matter, position, reason from parked_matter
           where timeline = $1 and generation = $2 order by matter`,
    values: [timeline, generation],
  });
  return rows;
}

/** How many matters are parked, over all timelines, in the read models that answer. */
export async function countParkedMatters(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ count: number }>({
    name: 'count-parked-matters',
    text: `select count(*)::int4 as count
           from parked_matter m
           join projection p on p.timeline = m.timeline and p.generation = m.generation
           where p.state = 'current'`,
  });
  return rows[0]!.count;
}
