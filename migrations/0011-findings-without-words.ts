import { type Kysely, sql } from 'kysely';

/**
 * The first finding of a round was kept with its detail, which may quote a state: words that a redaction or a scrub
 * would not have reached. Code, position and matter stay.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    update verification set first = (first::jsonb - 'detail')::json
    where json_typeof(first) = 'object'`.execute(db);
}
