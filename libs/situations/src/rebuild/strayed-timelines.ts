import type { Pool } from 'pg';

/** A timeline whose read models are not written with its appends by this service, or were folded otherwise. */
export interface Strayed {
  timeline: string;
  /** Their fold, measured by this service's. `same`: held back by a service of another fold. */
  fold: 'earlier' | 'same' | 'later';
}

export async function strayedTimelines(pool: Pool, foldVersion: number): Promise<Strayed[]> {
  const { rows } = await pool.query<Strayed>({
    name: 'strayed-timelines',
    text: `
      select timeline,
        case when fold_version < $1 then 'earlier' when fold_version = $1 then 'same' else 'later' end as fold
      from projection
      where state = 'current' and (fold_version <> $1 or size is not null)
      order by timeline`,
    values: [foldVersion],
  });
  return rows;
}
