import type { Pool } from 'pg';

/**
 * Positions of the developments that the entries of a matter with `from` ≤ position < `before` are, or decide about, in
 * order and each once. It costs what these entries do, whatever the length of the matter.
 */
export async function subjectsSince(
  pool: Pool,
  timeline: string,
  matter: string,
  { from, before }: { from: number; before: number },
): Promise<number[]> {
  const { rows } = await pool.query<{ position: number }>({
    name: 'subjects-since',
    // Versions rise with positions: the index of streams and versions is walked from its end back to the first before.
    text: `
      select distinct coalesce(its.target, p.position) as position
      from (
        select position from ledger_payload
        where timeline = $1 and stream = $2 and position < $4 and version > coalesce((
          select version from ledger_payload
          where timeline = $1 and stream = $2 and position < $3 order by version desc limit 1
        ), 0)
        offset 0
      ) p
      left join lateral (
        select target from decision where timeline = $1 and decision.position = p.position limit 1
      ) its on true
      order by position`,
    values: [timeline, matter, from, before],
  });
  return rows.map(({ position }) => position);
}
