import { type Kysely, sql } from 'kysely';

/**
 * Timelines, and the append-only log of each. The timeline stands first in every key, so that the tables can
 * be distributed by it. Instants are milliseconds since 1970-01-01T00:00:00Z (int8): exact, and one meaning in
 * every session's time zone.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    create table timeline (
      slug text collate "C" constraint timeline_pk primary key,
      title text not null,
      timezone text not null,
      visibility text not null constraint timeline_visibility check (visibility in ('public', 'private')),
      created_at int8 not null
    )`.execute(db);

  await sql`
    create table ledger_head (
      timeline text collate "C" constraint ledger_head_pk primary key,
      size int8 not null,
      tip bytea not null,
      recorded_at int8 not null
    ) with (fillfactor = 10)`.execute(db);

  await sql`
    create table ledger_entry (
      timeline text collate "C" not null,
      position int8 not null,
      recorded_at int8 not null,
      leaf_hash bytea not null,
      entry bytea not null,
      constraint ledger_entry_pk primary key (timeline, position)
    )`.execute(db);

  // Of an entry whose content is destroyed, payload and salt are null; the id stays taken.
  await sql`
    create table ledger_payload (
      timeline text collate "C" not null,
      position int8 not null,
      id text collate "C" not null,
      stream text collate "C" not null,
      version int4 not null,
      salt bytea,
      payload bytea,
      constraint ledger_payload_pk primary key (timeline, position),
      constraint ledger_payload_id unique (timeline, id),
      constraint ledger_payload_version unique (timeline, stream, version)
    )`.execute(db);
  // Payloads are read whole and at once: compression would cost the append more than it saves.
  await sql`alter table ledger_payload alter payload set storage external`.execute(db);

  await sql`
    create function ledger_is_append_only() returns trigger language plpgsql as $$
    begin
      raise exception '% is append-only: % is refused', tg_table_name, tg_op
        using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  for (const table of ['ledger_entry', 'ledger_payload']) {
    await sql`
      create trigger ${sql.ref(`${table}_append_only`)}
      before update or delete or truncate on ${sql.table(table)}
      for each statement execute function ledger_is_append_only()`.execute(db);
  }

  // On a server where nobody may make the role, the service works as the owner, and the trigger alone guards.
  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert, update on timeline to dateline_service;
        grant select, insert, update on ledger_head to dateline_service;
        grant select, insert on ledger_entry, ledger_payload to dateline_service;
      end if;
    end $$`.execute(db);
}
