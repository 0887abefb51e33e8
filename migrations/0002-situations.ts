import { type Kysely, sql } from 'kysely';

/**
 * The read models: derived from the ledger, written with it, rebuilt from it at any time.
 *
 * A matter's slots are rectangles: a stretch of the world's clock (ms, int8) by a stretch of positions. Those
 * believed now stand in slot, which is small and read by key; those believed once in slot_past, which is only
 * ever inserted into. So recording in order costs one update in place and two inserts, and "what is so now"
 * never meets the past. The ends of time are those of ECMAScript, ±8.64e15 ms.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    create table matter (
      timeline text collate "C" not null,
      matter text collate "C" not null,
      first_position int8 not null,
      constraint matter_pk primary key (timeline, matter)
    )`.execute(db);

  // The text of a state, once for all rectangles that hold it: recording in order closes one rectangle, trims it and
  // opens another, and only the last has a new state. It is named by the position that brought it, and by which of
  // that position's new states it is.
  await sql`
    create table slot_state (
      timeline text collate "C" not null,
      position int8 not null,
      ordinal int4 not null,
      state text not null,
      constraint slot_state_pk primary key (timeline, position, ordinal)
    )`.execute(db);

  // valid_to and known_from change while the row stays: room is left for that on its page (HOT).
  await sql`
    create table slot (
      timeline text collate "C" not null,
      matter text collate "C" not null,
      valid_from int8 not null,
      valid_to int8 not null,
      known_from int8 not null,
      state_position int8 not null,
      state_ordinal int4 not null,
      constraint slot_pk primary key (timeline, matter, valid_from),
      constraint slot_order check (valid_from < valid_to)
    ) with (fillfactor = 70)`.execute(db);

  // known_to: the position from which it was believed no more. area: the rectangle as a box, whole numbers from
  // corner to corner (the last instant and position inside), its second axis shifted into the timeline's own band
  // (libs/situations/src/area.ts): so the timeline comes first in this index too, without being a column of it.
  // Measured per inserted row: gist (timeline, two int8range) 46 µs, gist (two int8range) 27, gist (box) 9.
  await sql`
    create table slot_past (
      timeline text collate "C" not null,
      matter text collate "C" not null,
      valid_from int8 not null,
      valid_to int8 not null,
      known_from int8 not null,
      known_to int8 not null,
      area box not null,
      state_position int8 not null,
      state_ordinal int4 not null,
      constraint slot_past_order check (valid_from < valid_to and known_from < known_to)
    )`.execute(db);
  // Any (asOf, knownAt) over all matters: one descent to the rectangles that hold the point.
  await sql`create index slot_past_area on slot_past using gist (area)`.execute(db);
  // One matter's account of itself.
  await sql`create index slot_past_of_matter on slot_past (timeline, matter, known_from)`.execute(db);

  // What stands beside the state: planned, hypothetical and negated developments. An undated one has two
  // rows: background until its last possible moment, and news at that moment.
  await sql`
    create table note (
      timeline text collate "C" not null,
      matter text collate "C" not null,
      begins int8 not null,
      latest int8 not null,
      position int8 not null,
      known_from int8 not null,
      known_to int8 not null,
      until int8 not null,
      earliest int8 not null,
      planned boolean not null,
      note json not null,
      constraint note_pk primary key (timeline, matter, begins, latest, position, known_from)
    )`.execute(db);

  // The log's filters, indexed behind the appends: how far, and what. Terms are facets and words, each behind its timeline's band (libs/situations/src/terms.ts).
  await sql`
    create table log_index (
      timeline text collate "C" constraint log_index_pk primary key,
      size int8 not null
    )`.execute(db);
  await sql`
    create table development (
      timeline text collate "C" not null,
      position int8 not null,
      earliest int8,
      latest int8,
      terms tsvector not null,
      constraint development_pk primary key (timeline, position)
    )`.execute(db);
  await sql`create index development_terms on development using gin (terms)`.execute(db);

  // A matter whose fold failed: its slots stand as they were until it is rebuilt.
  await sql`
    create table parked_matter (
      timeline text collate "C" not null,
      matter text collate "C" not null,
      position int8 not null,
      reason text not null,
      constraint parked_matter_pk primary key (timeline, matter)
    )`.execute(db);

  // On a server where nobody may make the role, the service works as the owner, and the trigger alone guards.
  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert, update, delete on matter, slot_state, slot, slot_past, note, log_index, development, parked_matter to dateline_service;
      end if;
    end $$`.execute(db);
}
