import { type Kysely, sql } from 'kysely';

/**
 * What a stretch of the world's clock brought to a matter is looked up by key, and not found among all that was ever
 * recorded of it. The index of the log follows the
 * appends, so they pay nothing for it. What is indexed already lacks the new columns: it is made anew from the
 * ledger, with the first question that needs it or in a quiet moment.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`delete from development`.execute(db);
  await sql`update log_index set size = 0`.execute(db);
  // begins: where it stands in the fold; a correction's, of what it moves its target to. Null for all others.
  await sql`
    alter table development
      add column matter text collate "C" not null,
      add column begins int8`.execute(db);
  await sql`
    create index development_begins on development (timeline, matter, begins)
    where begins is not null`.execute(db);
}
