import type { Pool } from 'pg';
import { storeInstant } from './stored-time.js';
import type { Stretch } from './stretch.js';

/**
 * Positions of the developments of these matters that begin after `after` and not after `upTo`, and of the corrections
 * that move one there, as recorded up to position `knownAt`, also those that have been moved elsewhere since: of each
 * matter the `most` that begin last, and all that begin with the first of these, since it takes their content to tell
 * which of them come last. Of what `indexLog` has been told of.
 */
export async function developmentsBegun(
  pool: Pool,
  timeline: string,
  matters: string[],
  stretch: Stretch,
  most: number,
): Promise<{ matter: string; position: number }[]> {
  const { rows } = await pool.query<{ matter: string; position: number }>({
    name: 'developments-begun',
    text: `
      select m.matter, d.position
      from unnest($2::text[]) as m(matter)
      cross join lateral (
        select position from development
        where timeline = $1 and development.matter = m.matter and begins > $3 and begins <= $4 and position <= $5
        order by begins desc fetch first $6 rows with ties
      ) d`,
    values: [
      timeline,
      matters,
      storeInstant(stretch.after),
      storeInstant(stretch.upTo),
      stretch.knownAt,
      most,
    ],
  });
  return rows;
}
