import type { Pool } from 'pg';
import { sql } from 'kysely';
import type { Instant } from '#libs/chronology';
import { compile, queryBuilder } from './query-builder.js';
import { storeInstant } from './stored-time.js';
import { allOf, type Facet, facetTerm, wordTerms } from './terms.js';
import { notWithheld } from './withheld.js';

export interface DevelopmentFilter {
  /** Whether those that are withheld are among them. */
  withheld: boolean;
  /** Each must have one of these values. */
  facets: Partial<Record<Facet, string[]>>;
  /** All of these words must occur; text without a word in it asks for nothing. */
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

/** Positions of the developments that pass the filter, in order; of those that `indexLog` has been told of. */
export async function findDevelopments(
  pool: Pool,
  timeline: string,
  filter: DevelopmentFilter,
): Promise<number[]> {
  const facets = Object.entries(filter.facets).map(([name, values]) =>
    values.map((value) => facetTerm(name as Facet, value)),
  );
  const wanted = allOf(timeline, [...facets, ...wordTerms(filter.words ?? '').map((word) => [word])]);
  let query = queryBuilder
    .selectFrom('development')
    .select('position')
    .where('timeline', '=', timeline)
    .where('position', '>', filter.after)
    .where('position', '<', filter.before)
    .orderBy('position', filter.order)
    .limit(filter.limit);
  if (wanted !== undefined) query = query.where('terms', '@@', sql<string>`${wanted}::tsquery`);
  if (!filter.withheld) query = query.where(sql.raw<boolean>(notWithheld('development')));
  if (filter.occurredFrom !== undefined)
    query = query.where('latest', '>', storeInstant(filter.occurredFrom));
  if (filter.occurredTo !== undefined) query = query.where('earliest', '<', storeInstant(filter.occurredTo));
  const { rows } = await pool.query<{ position: number }>(compile(query));
  return rows.map(({ position }) => position);
}
