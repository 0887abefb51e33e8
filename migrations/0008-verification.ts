import { type Kysely, sql } from 'kysely';

/**
 * How far the service's own verifying has come: rounds over each timeline, a slice at a time, so that a restart goes
 * on where it was. It is about the record and no part of it.
 */
export async function up(db: Kysely<any>): Promise<void> {
  // A round first goes through the ledger by position, up to the size it began with, then through its streams by
  // name. stream: the last one done; null while the ledger is gone through. wrong, first: of this round, or
  // of the last where none is under way; last_wrong: of the last that was finished, at finished_at (ms).
  await sql`
    create table verification (
      timeline text collate "C" constraint verification_pk primary key,
      under_way boolean not null,
      size int8 not null,
      position int8 not null,
      stream text collate "C",
      wrong int8 not null,
      first json,
      finished_at int8,
      last_wrong int8 not null default 0,
      rounds int8 not null default 0
    )`.execute(db);

  // Of several processes one verifies: whoever holds this row, until the instant in it.
  await sql`
    create table verification_lease (
      name text collate "C" constraint verification_lease_pk primary key,
      holder text not null,
      until timestamptz not null
    )`.execute(db);

  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert, update, delete on verification, verification_lease to dateline_service;
      end if;
    end $$`.execute(db);
}
