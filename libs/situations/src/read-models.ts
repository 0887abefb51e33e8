import type { Instant } from '#libs/chronology';
import type { Database } from '#libs/database';
import { UnknownTimeline } from '#libs/ledger';

/** One generation of a timeline's read models: what is derived is keyed by both. */
export interface ReadModels {
  timeline: string;
  generation: number;
}

/** The point that a question is about, and the generation that answers it. */
export interface ModelsPoint {
  models: ReadModels;
  asOf: Instant;
  /** A position; −1 where nothing had been recorded. */
  knownAt: number;
}

export const firstGeneration = 1;

/** Where a timeline's ledger and its read models stand, in one moment. */
export interface Standing {
  /** The generation that answers. It answers any position below `known` as long as it is kept. */
  models: ReadModels;
  /** The number of entries in the ledger. */
  size: number;
  /** How many of them the read models have taken in: all, but while they are rebuilt for another fold. */
  known: number;
}

/** @throws UnknownTimeline */
export async function readStanding(db: Database, timeline: string): Promise<Standing> {
  const { rows } = await db.query<{ size: number; known: number; generation: number | null }>({
    name: 'read-standing',
    text: `
      select h.size, coalesce(p.size, h.size) as known, p.generation
      from ledger_head h
      left join projection p on p.timeline = $1 and p.state = 'current'
      where h.timeline = $1`,
    values: [timeline],
  });
  const row = rows[0];
  if (!row) throw new UnknownTimeline(timeline);
  // Nothing is derived of a ledger that nobody has appended to yet.
  const models = { timeline, generation: row.generation ?? firstGeneration };
  return { models, size: row.size, known: row.known };
}
