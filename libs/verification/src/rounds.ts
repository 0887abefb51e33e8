import type { Pool } from 'pg';
import type { FindingPlace } from './findings.js';

/** Where the round over one timeline stands. */
export interface Round {
  timeline: string;
  /** The ledger's size when it began. */
  size: number;
  /** The position that is looked at next. */
  position: number;
  /** The last stream looked at; null while the ledger is gone through by position. */
  stream: string | null;
  wrong: number;
  /** Kept in the database, so without the words: no redaction looks for them there. */
  first: FindingPlace | null;
}

/**
 * The round to go on with: one that is under way, else a new one of whichever timeline has waited longest, if any was
 * finished longer than `rest` ms ago. Null where all rest. A ledger that has lost its head is one still, once it was
 * gone over.
 */
export async function nextRound(db: Pool, now: number, rest: number): Promise<Round | null> {
  const { rows } = await db.query<Round>({
    name: 'round-under-way',
    text: `select timeline, size, position, stream, wrong, first from verification
           where under_way order by timeline limit 1`,
  });
  return rows[0] ?? beginRound(db, now, rest);
}

async function beginRound(db: Pool, now: number, rest: number): Promise<Round | null> {
  const { rows } = await db.query<Round>({
    name: 'begin-round',
    text: `
      insert into verification (timeline, under_way, size, position, wrong)
      select timeline, true, least(coalesce(h.size, v.size), ${Number.MAX_SAFE_INTEGER}), 0, 0
      from ledger_head h
      full join verification v using (timeline)
      where coalesce(h.size, v.size) > 0 and coalesce(v.finished_at, -1) <= $1::int8 - $2::int8
      order by v.finished_at nulls first, timeline limit 1
      on conflict on constraint verification_pk do update
      set under_way = true, size = excluded.size, position = 0, stream = null, wrong = 0, first = null
      returning timeline, size, position, stream, wrong, first`,
    values: [now, rest],
  });
  return rows[0] ?? null;
}

export async function saveRound(
  db: Pool,
  { timeline, position, stream, wrong, first }: Round,
): Promise<void> {
  await db.query({
    name: 'save-round',
    text: 'update verification set position = $2, stream = $3, wrong = $4, first = $5 where timeline = $1',
    values: [timeline, position, stream, wrong, JSON.stringify(first)],
  });
}

export async function finishRound(db: Pool, { timeline, wrong, first }: Round, now: number): Promise<void> {
  await db.query({
    name: 'finish-round',
    text: `
      update verification
      set under_way = false, finished_at = $2, wrong = $3, first = $4, last_wrong = $3, rounds = rounds + 1
      where timeline = $1`,
    values: [timeline, now, wrong, JSON.stringify(first)],
  });
}

/** What the service's own verifying has come to, over all timelines. */
export interface VerificationProgress {
  timelines: number;
  /** Of them, those that a whole round has gone over. */
  verified: number;
  /** Of them, those in which the last round, or the one under way, found something wrong. */
  wrong: number;
  rounds: number;
  /** Entries that the round under way has gone through by position, and those it has to; 0 where none is. */
  position: number;
  size: number;
  /** When the timeline that has waited longest was last gone over, in ms; null where one never was. */
  oldest: number | null;
}

export async function verificationProgress(db: Pool): Promise<VerificationProgress> {
  const { rows } = await db.query<VerificationProgress>({
    name: 'verification-progress',
    text: `
      select count(*) as timelines,
        count(*) filter (where v.rounds > 0) as verified,
        count(*) filter (where v.wrong > 0 or v.last_wrong > 0) as wrong,
        coalesce(sum(v.rounds), 0)::int8 as rounds,
        coalesce(sum(v.position) filter (where v.under_way), 0)::int8 as position,
        coalesce(sum(v.size) filter (where v.under_way), 0)::int8 as size,
        case when bool_and(v.finished_at is not null) then min(v.finished_at) end as oldest
      from ledger_head h full join verification v using (timeline)
      where coalesce(h.size, v.size) > 0`,
  });
  return rows[0]!;
}
