import { type Kysely, sql } from 'kysely';

/**
 * Who may do what, and what the gate saw. Neither table belongs to a timeline: keys are few, and stand on every node
 * of a distributed database; the gate's events are kept where the coordinator is. Instants are milliseconds since
 * 1970-01-01T00:00:00Z.
 */
export async function up(db: Kysely<any>): Promise<void> {
  // Of the key itself only its SHA-256 is kept: it is 128 random bits, so there is nothing to guess that a slow
  // hash would make slower. timelines: null for all of them. revoked_at may
  // lie ahead: a rotated key's last moment; ended is true from the moment when no clock needs to be asked any more, for
  // those of several processes differ.
  await sql`
    create table access_key (
      id text collate "C" constraint access_key_pk primary key,
      digest bytea not null constraint access_key_digest unique,
      role text not null constraint access_key_role check (role in ('reader', 'recorder', 'auditor', 'admin')),
      timelines text[] collate "C",
      label text not null,
      created_at int8 not null,
      created_by text not null,
      expires_at int8,
      revoked_at int8,
      ended boolean not null,
      replaced_by text collate "C",
      last_used_at int8
    ) with (fillfactor = 70)`.execute(db);

  // times and last_at: the same failed call again within a minute is counted, not written again.
  await sql`
    create table gate_event (
      id uuid constraint gate_event_pk primary key,
      at int8 not null,
      action text not null,
      key_id text collate "C",
      role text,
      route text,
      timeline text collate "C",
      address text,
      detail jsonb not null,
      times int4 not null,
      last_at int8 not null
    )`.execute(db);
  await sql`create index gate_event_at on gate_event (at, id)`.execute(db);
  await sql`create index gate_event_timeline on gate_event (timeline, at, id)`.execute(db);

  // Failed calls may be forgotten after thirty days, and nothing else ever: whoever holds the service's role can
  // neither delete nor rewrite what the gate saw.
  await sql`
    create function forget_failed_calls() returns bigint language sql security definer
    set search_path from current as $$
      with gone as (
        delete from gate_event
        where action in ('unauthenticated', 'call-denied')
          and last_at < (extract(epoch from now()) - 30 * 86400) * 1000
        returning 1
      )
      select count(*) from gone
    $$`.execute(db);
  await sql`revoke execute on function forget_failed_calls() from public`.execute(db);

  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert, update on access_key to dateline_service;
        grant select, insert, update (times, last_at) on gate_event to dateline_service;
        grant execute on function forget_failed_calls() to dateline_service;
      end if;
    end $$`.execute(db);
}
