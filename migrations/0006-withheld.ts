import { type Kysely, sql } from 'kysely';

/**
 * What is held or under embargo now, and which development each decision of the desk is about: so that every answer
 * can leave out what whoever asks may not see, with a look-up by key. And what is redacted: the one way in which content
 * leaves the ledger.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await withholding(db);
  await redaction(db);
}

async function withholding(db: Kysely<any>): Promise<void> {
  // Of each desk development, the development that it names.
  await sql`
    create table decision (
      timeline text collate "C" not null,
      position int8 not null,
      target int8 not null,
      constraint decision_pk primary key (timeline, position)
    )`.execute(db);
  await sql`create index decision_about on decision (timeline, target, position)`.execute(db);

  // held and embargoed: null where nothing was ever said of it. until: the embargo's end as recorded, ms.
  await sql`
    create table withheld (
      timeline text collate "C" not null,
      position int8 not null,
      held boolean,
      embargoed boolean,
      until int8,
      constraint withheld_pk primary key (timeline, position)
    )`.execute(db);
  // Which embargoes are due, over all timelines: the service looks whenever one may be.
  await sql`create index withheld_due on withheld (until) where embargoed`.execute(db);
  await backfill(db);

  // Words are looked for by everyone, and the reasons of holds are not for everyone: their words go, and so the index
  // of the log is made anew, behind the appends.
  await sql`truncate development, log_index`.execute(db);

  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert, update, delete on decision, withheld to dateline_service;
      end if;
    end $$`.execute(db);
}

async function redaction(db: Kysely<any>): Promise<void> {
  // Whose content is destroyed, and by which entry.
  await sql`
    create table ledger_redaction (
      timeline text collate "C" not null,
      position int8 not null,
      by int8 not null,
      constraint ledger_redaction_pk primary key (timeline, position)
    )`.execute(db);
  await sql`
    create trigger ledger_redaction_append_only before update or delete or truncate on ledger_redaction
    for each statement execute function ledger_is_append_only()`.execute(db);

  // Whoever asks, the owner of the tables too: payload and salt may go together, from an entry that a redaction in this
  // ledger names, and nothing else of the row may change.
  await sql`
    create function ledger_payload_is_redacted() returns trigger language plpgsql as $$
    begin
      if new.payload is null and new.salt is null
        and row(new.timeline, new.position, new.id, new.stream, new.version)
          = row(old.timeline, old.position, old.id, old.stream, old.version)
        and exists (
          select from ledger_redaction r
          join ledger_payload p on p.timeline = r.timeline and p.position = r.by
          where r.timeline = old.timeline and r.position = old.position
            and convert_from(p.payload, 'UTF8')::json ->> 'type' = 'record.redacted'
            and convert_from(p.payload, 'UTF8')::json ->> 'target' = old.id
        )
      then
        return new;
      end if;
      raise exception 'ledger_payload is append-only: % is refused', tg_op using errcode = 'insufficient_privilege';
    end $$`.execute(db);
  await sql`drop trigger ledger_payload_append_only on ledger_payload`.execute(db);
  await sql`
    create trigger ledger_payload_append_only before delete or truncate on ledger_payload
    for each statement execute function ledger_is_append_only()`.execute(db);
  await sql`
    create trigger ledger_payload_redacted_only before update on ledger_payload
    for each row execute function ledger_payload_is_redacted()`.execute(db);

  // The one way: destroys what the redaction at a position names, in the transaction that recorded it or later, and
  // gives the position of that; null where there is nothing to destroy, or the entry is no redaction.
  await sql`
    create function ledger_redact(of_timeline text, redaction int8) returns int8
    language plpgsql security definer as $$
    declare
      named text;
      doomed int8;
    begin
      select convert_from(payload, 'UTF8')::json ->> 'target' into named
      from ledger_payload
      where timeline = of_timeline and position = redaction
        and convert_from(payload, 'UTF8')::json ->> 'type' = 'record.redacted';
      select position into doomed
      from ledger_payload
      where timeline = of_timeline and id = named and position < redaction and payload is not null
        and convert_from(payload, 'UTF8')::json ->> 'type' <> 'record.redacted';
      if doomed is null then
        return null;
      end if;
      insert into ledger_redaction (timeline, position, by) values (of_timeline, doomed, redaction);
      update ledger_payload set payload = null, salt = null where timeline = of_timeline and position = doomed;
      return doomed;
    end $$`.execute(db);
  await sql`revoke all on function ledger_redact(text, int8) from public`.execute(db);

  // Who indexes the log reads entries first and writes later: a redaction in between must make it read anew.
  await sql`alter table log_index add column redactions int4 not null default 0`.execute(db);

  // The function runs as a role of its own that owns nothing. Where that cannot be made it runs as the tables' owner, and
  // the triggers alone guard.
  await sql`
    do $$ begin
      execute format('alter function ledger_redact(text, int8) set search_path = %I, pg_temp', current_schema());
      execute format('alter function ledger_payload_is_redacted() set search_path = %I, pg_temp', current_schema());
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select on ledger_redaction to dateline_service;
        grant execute on function ledger_redact(text, int8) to dateline_service;
      end if;
      if exists (select from pg_roles where rolname = 'dateline_redactor') then
        begin
          grant select, update (payload, salt) on ledger_payload to dateline_redactor;
          grant select, insert on ledger_redaction to dateline_redactor;
          execute format('grant create on schema %I to dateline_redactor', current_schema());
          alter function ledger_redact(text, int8) owner to dateline_redactor;
          execute format('revoke create on schema %I from dateline_redactor', current_schema());
        exception when insufficient_privilege then null;
        end;
      end if;
    end $$`.execute(db);
}

/** The two tables of what is withheld from the ledger, as the appends would have written them. */
export async function backfill(db: Kysely<any>): Promise<void> {
  // Payloads are canonical JSON, without white space: what does not hold these bytes need not be parsed.
  await sql`
    insert into decision (timeline, position, target)
    select d.timeline, d.position, t.position
    from (
      select timeline, position, convert_from(payload, 'UTF8')::json as content
      from ledger_payload where position('"type":"record.'::bytea in payload) > 0
    ) d
    join ledger_payload t on t.timeline = d.timeline and t.id = d.content ->> 'target'
    where d.content ->> 'type' like 'record.%'`.execute(db);

  // Read as the service reads an instant: to the millisecond, with any offset that can be written (a timestamptz takes
  // none beyond 15:59). PostgreSQL has no year 0000, and an embargo until then never was one.
  await sql`
    insert into withheld (timeline, position, embargoed, until)
    select timeline, position, true, until
    from (
      select p.timeline, p.position, e.recorded_at,
        (extract(epoch from left(p.ends, 19)::timestamp) * 1000)::int8
          + rpad(coalesce(substring(p.ends from '[.]([0-9]{1,3})'), ''), 3, '0')::int8
          - case when upper(right(p.ends, 1)) = 'Z' then 0 else
              (left(right(p.ends, 6), 1) || '1')::int8
              * (left(right(p.ends, 5), 2)::int8 * 3600000 + right(p.ends, 2)::int8 * 60000) end as until
      from (
        select timeline, position, convert_from(payload, 'UTF8')::json ->> 'embargoedUntil' as ends
        from ledger_payload where position('"embargoedUntil":"'::bytea in payload) > 0
      ) p
      join ledger_entry e on e.timeline = p.timeline and e.position = p.position
      where p.ends not like '0000-%'
    ) embargo
    where until > recorded_at`.execute(db);

  await sql`
    insert into withheld (timeline, position, held, embargoed)
    select timeline, target,
      (array_agg(type = 'record.held' order by position desc)
        filter (where type in ('record.held', 'record.released')))[1],
      case when bool_or(type = 'record.embargo-lifted') then false end
    from (
      select d.timeline, d.position, d.target, convert_from(p.payload, 'UTF8')::json ->> 'type' as type
      from decision d join ledger_payload p on p.timeline = d.timeline and p.position = d.position
    ) said
    where type in ('record.held', 'record.released', 'record.embargo-lifted')
    group by timeline, target
    on conflict on constraint withheld_pk do update
    set held = excluded.held, embargoed = coalesce(excluded.embargoed, withheld.embargoed)`.execute(db);
}
