import type { Database } from '#libs/database';
import type { StoredEntry } from './proposal.js';

/** Columns of a stored entry, over ledger_entry `e` and ledger_payload `p`. */
const columns = `e.position, e.recorded_at as "recordedAt", p.id, p.stream, p.version, e.entry,
  e.leaf_hash as "leafHash", p.payload, p.salt`;
const joined = `ledger_entry e join ledger_payload p on p.timeline = e.timeline and p.position = e.position`;
/**
 * The entry of each payload that was looked up by its key. The planner does not reorder a lateral with a limit (or
 * offset 0); a plain join that it planned while the tables were small may scan them once they are large.
 */
const entryOfPayload = `cross join lateral (
  select * from ledger_entry where timeline = $1 and position = p.position limit 1) e`;

async function select(db: Database, name: string, text: string, values: unknown[]): Promise<StoredEntry[]> {
  const { rows } = await db.query<StoredEntry>({ name, text, values });
  return rows;
}

/** Entries with `from` ≤ position < `to`, in order. */
export function readRange(db: Database, timeline: string, from: number, to: number): Promise<StoredEntry[]> {
  return select(
    db,
    'read-range',
    `select ${columns} from ${joined}
     where e.timeline = $1 and e.position >= $2 and e.position < $3
       and p.timeline = $1 and p.position >= $2 and p.position < $3
     order by e.position`,
    [timeline, from, to],
  );
}

/** Bytes of payloads that one answer, or one stretch of a stream, holds: 16 MiB. A development may have four. */
export const pageBytes = 16 * 1024 * 1024;

/** Entries with `from` ≤ position < `to`, in order: as many as fit into `pageBytes`, and one at least. */
export function readStretch(
  db: Database,
  timeline: string,
  from: number,
  to: number,
): Promise<StoredEntry[]> {
  return select(
    db,
    'read-stretch',
    `select ${columns}
     from (
       select *, sum(octet_length(payload)) over (order by position) as bytes
       from ledger_payload where timeline = $1 and position >= $2 and position < $3
     ) p ${entryOfPayload}
     where p.position = $2 or coalesce(p.bytes, 0) <= ${pageBytes}
     order by p.position`,
    [timeline, from, to],
  );
}

/** Entries at these positions, in the order of the list: the first that fit into `pageBytes`, and one at least. */
export function readPage(db: Database, timeline: string, positions: number[]): Promise<StoredEntry[]> {
  return select(
    db,
    'read-page',
    `select ${columns}
     from (
       select p.*, s.nth, sum(octet_length(p.payload)) over (order by s.nth) as bytes
       from unnest($2::int8[]) with ordinality as s(position, nth)
       cross join lateral (
         select * from ledger_payload where timeline = $1 and position = s.position limit 1
       ) p
     ) p ${entryOfPayload}
     where p.nth = 1 or coalesce(p.bytes, 0) <= ${pageBytes}
     order by p.nth`,
    [timeline, positions],
  );
}

/** What was recorded at a position: the payload's text, null once its content is destroyed. */
export interface StoredText {
  position: number;
  payload: string | null;
}

/** The payloads with `from` ≤ position < `to` as text, in order: less to send and to read than whole entries. */
export async function readTexts(
  db: Database,
  timeline: string,
  from: number,
  to: number,
): Promise<StoredText[]> {
  const { rows } = await db.query<StoredText>({
    name: 'read-texts',
    text: `
      select position, convert_from(payload, 'UTF8') as payload from ledger_payload
      where timeline = $1 and position >= $2 and position < $3 order by position`,
    values: [timeline, from, to],
  });
  return rows;
}

/** The entries of these streams with position < `before`, in order of position. */
export function readStreams(
  db: Database,
  timeline: string,
  streams: string[],
  before: number,
): Promise<StoredEntry[]> {
  return select(
    db,
    'read-streams',
    `select ${columns}
     from unnest($2::text[]) as s(stream)
     cross join lateral (
       select * from ledger_payload where timeline = $1 and stream = s.stream and position < $3 offset 0
     ) p ${entryOfPayload}
     order by e.position`,
    [timeline, streams, before],
  );
}

/** Those of these streams with `after` < version ≤ `upTo` and position < `before`, in order of position. */
export function readStreamVersions(
  db: Database,
  timeline: string,
  streams: string[],
  { after, upTo, before }: { after: number; upTo: number; before: number },
): Promise<StoredEntry[]> {
  return select(
    db,
    'read-stream-versions',
    `select ${columns}
     from unnest($2::text[]) as s(stream)
     cross join lateral (
       select * from ledger_payload
       where timeline = $1 and stream = s.stream and version > $3 and version <= $4 and position < $5 offset 0
     ) p ${entryOfPayload}
     order by e.position`,
    [timeline, streams, after, upTo, before],
  );
}

/** The streams that have entries with `after` < position ≤ `upTo`, in order of their names. */
export async function streamsBetween(
  db: Database,
  timeline: string,
  after: number,
  upTo: number,
): Promise<string[]> {
  const { rows } = await db.query<{ stream: string }>({
    name: 'streams-between',
    text: `
      select distinct stream from ledger_payload
      where timeline = $1 and position > $2 and position <= $3 order by stream`,
    values: [timeline, after, upTo],
  });
  return rows.map(({ stream }) => stream);
}

/** Entries at these positions, in order of position. */
export function readPositions(db: Database, timeline: string, positions: number[]): Promise<StoredEntry[]> {
  return select(
    db,
    'read-positions',
    `select ${columns}
     from unnest($2::int8[]) as s(position)
     cross join lateral (
       select * from ledger_payload where timeline = $1 and position = s.position limit 1
     ) p ${entryOfPayload}
     order by e.position`,
    [timeline, positions],
  );
}

/** The entries with these ids, in order of position. */
export function readIds(db: Database, timeline: string, ids: string[]): Promise<StoredEntry[]> {
  return select(
    db,
    'read-ids',
    `select ${columns}
     from unnest($2::text[]) as s(id)
     cross join lateral (select * from ledger_payload where timeline = $1 and id = s.id limit 1) p
     ${entryOfPayload}
     order by e.position`,
    [timeline, ids],
  );
}

/** The last position recorded at or before `instant` (ms); null when there is none. */
export async function positionAt(db: Database, timeline: string, instant: number): Promise<number | null> {
  // recordedAt never decreases along positions, so twenty probes of the primary key find it in a ledger of a
  // million: an index on recorded_at would cost every append instead. low is always recorded in time, high not.
  const { rows } = await db.query<{ position: number }>({
    name: 'position-at',
    text: `
      with recursive search (low, high) as (
        select -1::int8, size from ledger_head where timeline = $1
        union all
        select case when e.recorded_at <= $2 then e.position else low end,
               case when e.recorded_at <= $2 then high else e.position end
        from search
        join ledger_entry e on e.timeline = $1 and e.position = (low + high) / 2
        where high - low > 1
      )
      select low as position from search where high - low = 1 and low >= 0`,
    values: [timeline, instant],
  });
  return rows[0]?.position ?? null;
}

/** recordedAt (ms) of one position; null when there is no such entry. */
export async function recordedAtOf(db: Database, timeline: string, position: number): Promise<number | null> {
  const { rows } = await db.query<{ recordedAt: number }>({
    name: 'recorded-at',
    text: `select recorded_at as "recordedAt" from ledger_entry where timeline = $1 and position = $2`,
    values: [timeline, position],
  });
  return rows[0]?.recordedAt ?? null;
}
