import type { Pool } from 'pg';

/** The time by the database server's clock: milliseconds since 1970-01-01T00:00:00Z. */
export async function databaseClock(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ now: number }>({
    name: 'database-clock',
    text: 'select floor(extract(epoch from clock_timestamp()) * 1000)::int8 as now',
  });
  return rows[0]!.now;
}
