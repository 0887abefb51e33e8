import { type Kysely, sql } from 'kysely';

/**
 * Which matters turn within a stretch of the world's clock is looked up among what begins and is over in it, and not
 * by looking at every matter. The index of the log follows the appends, so they pay nothing for it.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    create index development_by_begins on development (timeline, begins)
    where begins is not null`.execute(db);
  await sql`
    create index development_by_latest on development (timeline, latest)
    where latest is not null`.execute(db);
}
