import type { Pool } from 'pg';
import type { Instant } from '#libs/chronology';
import { storeInstant } from './stored-time.js';

/**
 * The matters whose part in the situation may turn within a stretch of the world's clock (after < asOf ≤ upTo), as
 * known at position `knownAt`, in order of their names: a state, its certainty and the notes beside it turn only where
 * a development, or what a correction makes of one, begins or is over. Undefined where more than `most` begin or are
 * over in it, whenever they were recorded: then it is cheaper to look at every matter. Of what `indexLog` has been
 * told of.
 */
export async function mattersTurning(
  pool: Pool,
  timeline: string,
  stretch: { after: Instant; upTo: Instant; knownAt: number },
  most: number,
): Promise<string[] | undefined> {
  // The limit lies within, before positions are looked at, so that no question walks a whole year to leave it out.
  const within = (bound: 'begins' | 'latest') => `
    (select position, matter from development
     where timeline = $1 and ${bound} > $2 and ${bound} <= $3
     order by ${bound} limit $5::int4 + 1)`;
  const { rows } = await pool.query<{ read: number; matters: string[] | null }>({
    name: 'matters-turning',
    text: `
      select count(*)::int4 as read,
        array_agg(distinct matter order by matter) filter (where position <= $4) as matters
      from (${within('begins')} union all ${within('latest')}) turn`,
    values: [timeline, storeInstant(stretch.after), storeInstant(stretch.upTo), stretch.knownAt, most],
  });
  const { read, matters } = rows[0]!;
  return read > most ? undefined : (matters ?? []);
}
