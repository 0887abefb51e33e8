import { type Kysely, sql } from 'kysely';

/**
 * Read models in generations: while one is read and written, another can be built beside it. Everything derived is
 * keyed by (timeline, generation); what stands there already is generation 1, and was folded by version 1 of the fold.
 *
 * projection tells the generations of each timeline. `size` is how many entries one has taken in; null where it takes
 * in each with its append, as the current one does unless it is held back (it was folded by another version than the
 * service that appends now). While a generation is built matter by matter, `aim` is the size up to which, and
 * `last_matter` the last one done. `since`: when it came into its state (ms). `redactions` counts the
 * redactions that a builder's memory must not outlive.
 *
 * ledger_head.epoch changes whenever a service must look again which generation it writes into: appends are fenced
 * by it as they are by size and tip.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table ledger_head add column epoch int4 not null default 0`.execute(db);

  await sql`
    create table projection (
      timeline text collate "C" not null,
      generation int4 not null,
      fold_version int4 not null,
      state text not null
        constraint projection_state check (state in ('building', 'current', 'kept', 'dropping', 'dropped')),
      size int8,
      aim int8,
      last_matter text collate "C",
      redactions int4 not null default 0,
      started_at int8,
      since int8,
      constraint projection_pk primary key (timeline, generation),
      constraint projection_stands check (state = 'current' or size is not null)
    )`.execute(db);
  for (const state of ['building', 'current']) {
    await sql`
      create unique index ${sql.ref(`projection_${state}`)} on projection (timeline)
      where state = ${sql.lit(state)}`.execute(db);
  }
  await sql`
    insert into projection (timeline, generation, fold_version, state)
    select timeline, 1, 1, 'current' from ledger_head`.execute(db);

  const keys = {
    matter: ['timeline', 'generation', 'matter'],
    slot_state: ['timeline', 'generation', 'position', 'ordinal'],
    slot: ['timeline', 'generation', 'matter', 'valid_from'],
    note: ['timeline', 'generation', 'matter', 'begins', 'latest', 'position', 'known_from'],
    parked_matter: ['timeline', 'generation', 'matter'],
  };
  for (const table of [...Object.keys(keys), 'slot_past']) {
    await sql`alter table ${sql.table(table)} add column generation int4 not null default 1`.execute(db);
    // The default was for the rows that stood there; those to come must say theirs.
    await sql`alter table ${sql.table(table)} alter generation drop default`.execute(db);
  }
  for (const [table, key] of Object.entries(keys)) {
    const name = sql.ref(`${table}_pk`);
    const columns = sql.join(key.map((column) => sql.ref(column)));
    await sql`
      alter table ${sql.table(table)} drop constraint ${name}, add constraint ${name} primary key (${columns})
    `.execute(db);
  }
  // The boxes need no column more: each generation has a band of its own (libs/situations/src/area.ts).
  await sql`drop index slot_past_of_matter`.execute(db);
  await sql`
    create index slot_past_of_matter on slot_past (timeline, generation, matter, known_from)`.execute(db);

  await sql`
    do $$ begin
      if exists (select from pg_roles where rolname = 'dateline_service') then
        grant select, insert, update, delete on projection to dateline_service;
      end if;
    end $$`.execute(db);
}
