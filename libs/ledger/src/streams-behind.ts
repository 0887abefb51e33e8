import type { Database } from '#libs/database';

/** A stream, and its last version: how many entries it has. */
export interface StreamEnd {
  stream: string;
  version: number;
}

/** The first `limit` streams behind `after`, by name. */
export async function streamsBehind(
  db: Database,
  timeline: string,
  after: string,
  limit: number,
): Promise<StreamEnd[]> {
  // One probe of the index of streams and versions a name: grouping would read each stream whole, and sort it.
  const { rows } = await db.query<StreamEnd>({
    name: 'streams-behind',
    text: `
      with recursive name (stream) as (
        (select stream from ledger_payload where timeline = $1 and stream > $2 order by stream limit 1)
        union all
        select (select stream from ledger_payload where timeline = $1 and stream > name.stream order by stream limit 1)
        from name where name.stream is not null
      )
      select stream, (
        select version from ledger_payload where timeline = $1 and stream = name.stream order by version desc limit 1
      ) as version
      from name where stream is not null limit $3`,
    values: [timeline, after, limit],
  });
  return rows;
}

/** Of the first `limit` of them, as many as have no more than so many entries together; a longer one goes alone. */
export async function shortStreamsBehind(
  db: Database,
  timeline: string,
  after: string,
  limit: number,
  mostEntries: number,
): Promise<StreamEnd[]> {
  const ends = await streamsBehind(db, timeline, after, limit);
  let entries = 0;
  return ends.filter(({ version }, at) => (entries += version) <= mostEntries || at === 0);
}
