import type { Database } from '#libs/database';

/** What stands at one position, taken for nothing: either row may be missing. */
export interface AuditedEntry {
  position: number;
  /** The rows of ledger_entry and ledger_payload; null where there is none. */
  sealed: { entry: Buffer; leafHash: Buffer; recordedAt: number } | null;
  content: {
    id: string;
    stream: string;
    version: number;
    /** Both null where the content was destroyed. */
    payload: Buffer | null;
    salt: Buffer | null;
  } | null;
}

interface Row {
  position: number;
  entry: Buffer | null;
  leafHash: Buffer;
  recordedAt: number;
  id: string | null;
  stream: string;
  version: number;
  payload: Buffer | null;
  salt: Buffer | null;
}

/**
 * Whatever stands at positions from `from` until before `to`, in order, with or without its other half. A time beyond
 * all numbers is told as the last of them, which no date has either.
 */
export async function readForAudit(
  db: Database,
  timeline: string,
  from: number,
  to: number,
): Promise<AuditedEntry[]> {
  const { rows } = await db.query<Row>({
    name: 'read-for-audit',
    text: `
      select coalesce(e.position, p.position) as position, e.entry, e.leaf_hash as "leafHash",
        greatest(least(e.recorded_at, ${last}), -${last}) as "recordedAt", p.id, p.stream, p.version, p.payload, p.salt
      from (
        select * from ledger_entry where timeline = $1 and position >= $2 and position < $3
      ) e
      full join (
        select * from ledger_payload where timeline = $1 and position >= $2 and position < $3
      ) p on p.position = e.position
      order by 1`,
    values: [timeline, from, to],
  });
  return rows.map(({ position, entry, leafHash, recordedAt, id, stream, version, payload, salt }) => ({
    position,
    sealed: entry && { entry, leafHash, recordedAt },
    content: id === null ? null : { id, stream, version, payload, salt },
  }));
}

const last = Number.MAX_SAFE_INTEGER;

/** Rows of a ledger that stand outside of it: before position 0, or behind its head. */
export async function countOutside(db: Database, timeline: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    name: 'count-outside',
    text: `
      select (
        (select count(*) from ledger_entry where timeline = $1 and (position < 0 or position >= h.size))
        + (select count(*) from ledger_payload where timeline = $1 and (position < 0 or position >= h.size))
      )::int8 as count
      from ledger_head h where timeline = $1`,
    values: [timeline],
  });
  return rows[0]?.count ?? 0;
}

/** The first position from `from` on at which anything stands; null where nothing does. */
export async function firstFrom(db: Database, timeline: string, from: number): Promise<number | null> {
  const { rows } = await db.query<{ position: number | null }>({
    name: 'first-from',
    text: `
      select least(
        (select min(position) from ledger_entry where timeline = $1 and position >= $2),
        (select min(position) from ledger_payload where timeline = $1 and position >= $2)
      ) as position`,
    values: [timeline, from],
  });
  return rows[0]!.position;
}

/** The position behind the last entry that is there, whatever the head says. */
export async function ledgerEnd(db: Database, timeline: string): Promise<number> {
  const { rows } = await db.query<{ end: number }>({
    name: 'ledger-end',
    text: 'select coalesce(max(position) + 1, 0) as end from ledger_entry where timeline = $1',
    values: [timeline],
  });
  return rows[0]!.end;
}

/** The first position of a stream; that of the ledger where it has none. */
export async function streamBegin(db: Database, timeline: string, stream: string): Promise<number> {
  const { rows } = await db.query<{ position: number }>({
    name: 'stream-begin',
    text: `
      select position from ledger_payload
      where timeline = $1 and stream = $2 and position between 0 and ${last} order by position limit 1`,
    values: [timeline, stream],
  });
  return rows[0]?.position ?? 0;
}

/** An entry whose id another has too. */
export interface RepeatedId {
  position: number;
  id: string;
  /** The first position of that id. */
  first: number;
}

/** Those of these entries whose id stands at an earlier position too: a constraint keeps ids apart, where it stands. */
export async function repeatedIds(
  db: Database,
  timeline: string,
  entries: { position: number; id: string }[],
): Promise<RepeatedId[]> {
  const { rows } = await db.query<RepeatedId>({
    name: 'repeated-ids',
    text: `
      select position, id, first from (
        select position, id, min(position) over (partition by id) as first
        from ledger_payload where timeline = $1 and id = any ($2::text[])
      ) p
      where position > first and position = any ($3::int8[]) order by position`,
    values: [timeline, entries.map(({ id }) => id), entries.map(({ position }) => position)],
  });
  return rows;
}
