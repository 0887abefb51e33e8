import { type Kysely, sql } from 'kysely';

/**
 * The registry's entries are those whose stream's name holds a slash (`actor/…`, `place/…`, `kind/…`). They are few, and
 * read in order of position: who follows them asks for those behind the last one it knows, mostly in vain.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    create index ledger_payload_registry on ledger_payload (timeline, position)
    where strpos(stream, '/') > 0`.execute(db);
}
