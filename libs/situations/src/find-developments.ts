import type { Pool } from 'pg';
import { sql } from 'kysely';
import type { Instant } from '#libs/chronology';
import { type Facet, facet } from './facets.js';
import { compile, queryBuilder } from './query-builder.js';
import { storeInstant } from './stored-time.js';

export interface DevelopmentFilter {
  facets: Partial<Record<Facet, string>>;
  /** Words, as a person types them into a search box. */
  words?: string | undefined;
  /** Bounds must overlap [occurredFrom, occurredTo). */
  occurredFrom?: Instant | undefined;
  occurredTo?: Instant | undefined;
  /** Positions: after < position < before. */
  after: number;
  before: number;
  order: 'asc' | 'desc';
  limit: number;
}

/** Positions of the developments that pass the filter, in order. */
export async function findDevelopments(
  pool: Pool,
  timeline: string,
  filter: DevelopmentFilter,
): Promise<number[]> {
  const facets = Object.entries(filter.facets).map(([name, value]) => facet(timeline, name as Facet, value));
  let query = queryBuilder
    .selectFrom('development')
    .select('position')
    .where('timeline', '=', timeline)
    .where('position', '>', filter.after)
    .where('position', '<', filter.before)
    .orderBy('position', filter.order)
    .limit(filter.limit);
  if (facets.length > 0) query = query.where('facets', '@>', sql<string[]>`${facets}::text[]`);
  if (filter.words !== undefined) {
    query = query.where('words', '@@', sql<string>`websearch_to_tsquery('simple', ${filter.words})`);
  }
  if (filter.occurredFrom !== undefined)
    query = query.where('latest', '>', storeInstant(filter.occurredFrom));
  if (filter.occurredTo !== undefined) query = query.where('earliest', '<', storeInstant(filter.occurredTo));
  const { rows } = await pool.query<{ position: number }>(compile(query));
  return rows.map(({ position }) => position);
}
