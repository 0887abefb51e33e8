import { type Kysely, sql } from 'kysely';

/**
 * What is held or under embargo now, and which development each decision of the desk is about: so that every answer
 * can leave out what whoever asks may not see, with a look-up by key.
 */
export async function up(db: Kysely<any>): Promise<void> {
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

/** Both tables from the ledger, as the appends would have written them. */
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
