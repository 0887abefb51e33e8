import { type Kysely, sql } from 'kysely';

/**
 * The full tiles of each ledger's Merkle tree (RFC 6962): 256 hashes, and the root over them, which is a hash of the
 * tile above. Level 0 repeats the leaf hashes, so that a proof reads one row for 256. Of a ledger that was there
 * before, the service makes them from its leaf hashes when it first looks at its tree.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    create table ledger_tile (
      timeline text collate "C" not null,
      level int4 not null,
      index int8 not null,
      root bytea not null,
      hashes bytea not null,
      constraint ledger_tile_pk primary key (timeline, level, index),
      constraint ledger_tile_widths check (length(root) = 32 and length(hashes) = 8192)
    )`.execute(db);
  // Out of line, so that a row of roots is read without the hashes below; and hashes do not compress.
  await sql`alter table ledger_tile alter hashes set storage external`.execute(db);

  await sql`
    create trigger ledger_tile_append_only
    before update or delete or truncate on ledger_tile
    for each statement execute function ledger_is_append_only()`.execute(db);

  // On a server where nobody may make the role, the service works as the owner, and the trigger alone guards.
  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert on ledger_tile to dateline_service;
      end if;
    end $$`.execute(db);
}
