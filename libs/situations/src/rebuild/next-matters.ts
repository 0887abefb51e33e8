import type { PoolClient } from 'pg';
import { isRegistryStream } from '#libs/chronology';

/** Matters looked at in one step. */
const mostMatters = 200;

/**
 * The next matters of a ledger behind one of them, by name: as many as have no more than so many entries together; one
 * larger matter goes alone.
 */
export async function nextMatters(
  client: PoolClient,
  timeline: string,
  after: string | null,
  mostEntries: number,
): Promise<{ matters: string[]; last: string | null }> {
  // One probe of the index a stream: grouping would read each stream whole, and sort it.
  const { rows } = await client.query<{ stream: string; version: number }>({
    name: 'next-matters',
    text: `
      with recursive streams (stream) as (
        (select stream from ledger_payload where timeline = $1 and stream > $2 order by stream limit 1)
        union all
        select (
          select stream from ledger_payload where timeline = $1 and stream > s.stream order by stream limit 1
        ) from streams s where s.stream is not null
      )
      select s.stream, p.version
      from streams s
      cross join lateral (
        select version from ledger_payload
        where timeline = $1 and stream = s.stream order by version desc limit 1
      ) p
      limit ${mostMatters}`,
    values: [timeline, after ?? ''],
  });
  const matters: string[] = [];
  let last: string | null = null;
  let entries = 0;
  for (const { stream, version } of rows) {
    if (matters.length > 0 && entries + version > mostEntries) break;
    last = stream;
    if (isRegistryStream(stream)) continue;
    matters.push(stream);
    entries += version;
  }
  return { matters, last };
}
