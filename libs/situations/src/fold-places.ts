import type { Pool } from 'pg';
import type { FoldPlace, Instant } from '#libs/chronology';
import { readInstant, storeInstant } from './stored-time.js';

/** Where in the fold of a matter to look. */
export interface FoldLook {
  asOf: Instant;
  /** A position. */
  knownAt: number;
  /** The place behind which to begin. */
  behind: FoldPlace;
  limit: number;
}

const undated = `${storeInstant(-Infinity)}::int8`;

/**
 * Places in the fold of a matter at `asOf` at which a development stands as recorded or as some correction up to `knownAt`
 * had it, in fold order, at most `limit`. Of each development that place is among them where it stands at `knownAt`,
 * others where it stood once, and it may count no more. Of what is indexed.
 */
export async function foldPlaces(
  pool: Pool,
  timeline: string,
  matter: string,
  { asOf, knownAt, behind, limit }: FoldLook,
): Promise<FoldPlace[]> {
  const [begin, latest, position] = behind;
  const { rows } = await pool.query<{ begin: number; latest: number; position: number }>({
    name: 'fold-places',
    text: `
      ${placesSql(undated, `begins > $3 and earliest = ${undated} and $5 = ${undated} and begins >= $6`)}
      union all
      ${placesSql('begins', 'begins <= $3 and begins >= $5')}
      order by begin, latest, position limit $8`,
    values: [
      timeline,
      matter,
      storeInstant(asOf),
      knownAt,
      storeInstant(begin),
      storeInstant(latest),
      position,
      limit,
    ],
  });
  return rows.map((row) => [readInstant(row.begin), row.latest, row.position]);
}

/**
 * A correction stands for what it is about. The index has no more of the order than `begins`, so the first `limit` are
 * read in that order, and all that begin with the last of them, before any are sorted: the planner sorts a whole matter
 * otherwise.
 */
function placesSql(begin: string, which: string): string {
  return `
      (select ${begin} as begin, d.latest, coalesce(its.target, d.position) as position
       from development d
       left join lateral (
         select target from decision where timeline = $1 and decision.position = d.position limit 1
       ) its on true
       where d.timeline = $1 and d.matter = $2 and d.position <= $4 and ${which}
         and (${begin}, d.latest, coalesce(its.target, d.position)) > ($5, $6, $7)
       order by d.begins fetch first $8 rows with ties)`;
}
