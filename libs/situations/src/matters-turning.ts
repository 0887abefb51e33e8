import type { Pool } from 'pg';
import type { ReadModels } from './read-models.js';
import { certainFromSql, pointSql, pointValues } from './slots-at.js';
import { storeInstant } from './stored-time.js';
import type { Stretch } from './stretch.js';

/**
 * The matters whose part in the situation may turn within a stretch of the world's clock, in order of their names. A
 * state and the notes beside it turn only where a development, or what a correction makes of one, begins; and a state
 * becomes certain where its last development is over. Undefined where more than `most` begin in it, whenever they were
 * recorded: then it is cheaper to look at every matter. Of what `indexLog` has been told of.
 */
export async function mattersTurning(
  pool: Pool,
  models: ReadModels,
  stretch: Stretch,
  most: number,
): Promise<string[] | undefined> {
  // The limit lies within, before positions are looked at, so that no question walks a whole year to leave it out.
  const within = (bound: 'begins' | 'latest') => `
    select count(*)::int4 as read, array_agg(distinct matter) filter (where position <= $4) as matters
    from (
      select position, matter from development
      where timeline = $1 and ${bound} > $2 and ${bound} <= $3
      order by ${bound} limit $5::int4 + 1
    ) ${bound}`;
  const { rows } = await pool.query<{ read: number; matters: string[] | null }>({
    name: 'matters-turning',
    text: `select * from (${within('begins')}) begun union all select * from (${within('latest')}) over`,
    values: [models.timeline, storeInstant(stretch.after), storeInstant(stretch.upTo), stretch.knownAt, most],
  });
  const [begun, over] = [rows[0]!, rows[1]!];
  if (begun.read > most) return undefined;
  // The ends of years and months are those of very many developments, of which few are the last of their matter.
  const certain =
    over.read > most ? await mattersBecomingCertain(pool, models, stretch) : (over.matters ?? []);
  return [...new Set([...(begun.matters ?? []), ...certain])].sort();
}

/** The matters whose state at the beginning of the stretch is one that becomes certain in it. */
async function mattersBecomingCertain(
  pool: Pool,
  models: ReadModels,
  { after, upTo, knownAt }: Stretch,
): Promise<string[]> {
  const { rows } = await pool.query<{ matter: string }>({
    name: 'matters-becoming-certain',
    text: `
      select s.matter from (${pointSql()}) s
      cross join lateral (${certainFromSql}) t
      where t.certain_from > $3 and t.certain_from <= $6`,
    values: [
      models.timeline,
      models.generation,
      ...pointValues({ models, asOf: after, knownAt }),
      storeInstant(upTo),
    ],
  });
  return rows.map(({ matter }) => matter);
}
