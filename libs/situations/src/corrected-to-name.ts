import type { Pool } from 'pg';
import type { Known } from './turns-of-account.js';

/** Some of the developments that a correction may have made name something. */
export interface CorrectedToName {
  /** In order. */
  positions: number[];
  /** All up to this position were looked at; null where all were. */
  upTo: number | null;
}

/**
 * Positions within `known` of developments about which the desk said one of these slugs, as known at `known.upTo`: with
 * each that a correction made name it, others too that only had it in a decision's attribution or its matter. The log's
 * filters know developments as recorded, so decisions are gone through in order of what they are about, `most` of them.
 */
export async function correctedToName(
  pool: Pool,
  timeline: string,
  slugs: string[],
  { after, upTo }: Known,
  most: number,
): Promise<CorrectedToName> {
  const { rows } = await pool.query<{ position: number; isEnd: boolean }>({
    name: 'corrected-to-name',
    // A slug stands in a payload's bytes as it is, in quotes, so that nothing needs to be parsed to look for it.
    text: `
      with looked as materialized (
        select target, position from decision
        where timeline = $1 and target > $2 and target <= $3 and position <= $3
        order by target, position limit $4
      )
      select distinct looked.target as position, false as "isEnd" from looked
      cross join lateral (
        select payload from ledger_payload where timeline = $1 and position = looked.position limit 1
      ) p
      where exists (select from unnest($5::text[]) as s(slug) where position(convert_to(slug, 'UTF8') in payload) > 0)
      union all
      select max(target), true from looked having count(*) = $4
      order by position`,
    values: [timeline, after, upTo, most, slugs.map((slug) => JSON.stringify(slug))],
  });
  const end = rows.find(({ isEnd }) => isEnd)?.position ?? null;
  // What is decided about the last of them may go on behind the look.
  return { positions: [...new Set(rows.map(({ position }) => position))], upTo: end };
}
