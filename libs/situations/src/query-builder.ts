import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';

/** The tables that are queried with filters of the asker's choice; all other SQL is written out. */
interface Tables {
  development: {
    timeline: string;
    position: number;
    earliest: number | null;
    latest: number | null;
    terms: string;
  };
}

/** Builds SQL and runs none: connections are the pool's affair. */
export const queryBuilder = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** A built query as pg takes it. */
export function compile(query: Compilable): { text: string; values: unknown[] } {
  const { sql, parameters } = query.compile();
  return { text: sql, values: [...parameters] };
}
