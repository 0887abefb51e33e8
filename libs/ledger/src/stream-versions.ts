import type { Pool } from 'pg';

/** The last version of each of these streams; streams that do not exist are absent. */
export async function streamVersions(
  pool: Pool,
  timeline: string,
  streams: string[],
): Promise<Map<string, number>> {
  // One probe of the unique index a stream: `max` over a group would read each stream whole.
  const { rows } = await pool.query<{ stream: string; version: number }>({
    name: 'stream-versions',
    text: `select s.stream, p.version
           from unnest($2::text[]) as s(stream)
           cross join lateral (
             select version from ledger_payload
             where timeline = $1 and stream = s.stream order by version desc limit 1
           ) p`,
    values: [timeline, streams],
  });
  return new Map(rows.map((row) => [row.stream, row.version]));
}
