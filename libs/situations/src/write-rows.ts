import { bandOf } from './area.js';
import type { DevelopmentRow } from './development-row.js';
import type { StateRefs } from './state-refs.js';
import { noPositionYet } from './stored-time.js';
import { type MatterChange, noteRows, slotRows } from './slot-changes.js';

/** What one recorded development adds to the read models. */
export interface RecordedRows {
  development: DevelopmentRow;
  /** Set for the first development of a matter. */
  newMatter: { matter: string; position: number } | null;
  change: MatterChange | null;
  parked: { matter: string; position: number; reason: string } | null;
}

/**
 * The read models' part of the append statement. States come as bytes in one binary parameter, cut up here,
 * like the ledger's own: as JSON within JSON each would be escaped, parsed and printed again.
 *
 * Every part writes other rows than its neighbours, since all of them see the tables as they were before. And
 * every part finds rows by a key that it carries (on conflict, or a lateral look-up): a join could be turned
 * round into a scan of the whole timeline by a plan made when the table was empty. That cost 400 µs a row.
 */
export function writeRowsSql(first: number): string {
  const rows = `$${first}::jsonb`;
  const bytes = `$${first + 1}::bytea`;
  const band = `$${first + 2}::float8`;
  const slot = 'matter text, "from" int8, "to" int8, since int8, by int8, nth int4';
  const from = (name: string, columns: string) =>
    `jsonb_to_recordset(${rows} -> '${name}') as r(${columns}) where exists (select from head)`;
  return `
matters as (
  insert into matter (timeline, matter, first_position)
  select $1, matter, position from ${from('matters', 'matter text, position int8')}
  on conflict on constraint matter_pk do nothing
), states as (
  insert into slot_state (timeline, position, ordinal, state)
  select $1, position, ordinal, convert_from(substring(${bytes} from at for length), 'UTF8')
  from ${from('states', 'position int8, ordinal int4, at int4, length int4')}
), past as (
  insert into slot_past
    (timeline, matter, valid_from, valid_to, known_from, known_to, area, state_position, state_ordinal)
  select $1, matter, "from", "to", since, before,
    box(point("from", ${band} + since), point("to" - 1, ${band} + before - 1)), by, nth
  from ${from('past', `${slot}, before int8`)}
), put as (
  insert into slot (timeline, matter, valid_from, valid_to, known_from, state_position, state_ordinal)
  select $1, matter, "from", "to", since, by, nth
  from ${from('put', slot)}
  on conflict on constraint slot_pk do update
  set valid_to = excluded.valid_to, known_from = excluded.known_from,
    state_position = excluded.state_position, state_ordinal = excluded.state_ordinal
), dropped as (
  delete from slot where ctid = any (array(
    select s.ctid from (select * from ${from('dropped', 'matter text, "from" int8')}) r
    cross join lateral (
      select ctid from slot where timeline = $1 and matter = r.matter and valid_from = r."from" limit 1
    ) s
  ))
), notes as (
  insert into note (timeline, matter, begins, latest, position, known_from, known_to, until, earliest, planned, note)
  select $1, matter, begins, latest, position, since, before, until, earliest, planned, note::json
  from ${from(
    'notes',
    'matter text, begins int8, latest int8, position int8, since int8, before int8, until int8, earliest int8, ' +
      'planned boolean, note text',
  )}
), closed_notes as (
  update note n set known_to = r.before
  from (
    select c.before, o.ctid
    from (select * from ${from('closedNotes', 'matter text, begins int8, position int8, before int8')}) c
    cross join lateral (
      select ctid from note
      where timeline = $1 and matter = c.matter and begins = c.begins and position = c.position
        and known_to = ${noPositionYet} limit 1
    ) o
  ) r
  where n.ctid = r.ctid
), developments as (
  insert into development (timeline, position, earliest, latest, terms)
  select $1, position, earliest, latest, array_to_tsvector(terms)
  from ${from('developments', 'position int8, earliest int8, latest int8, terms text[]')}
), parked as (
  insert into parked_matter (timeline, matter, position, reason)
  select $1, matter, position, reason from ${from('parked', 'matter text, position int8, reason text')}
  on conflict on constraint parked_matter_pk do nothing
)`;
}

/** The parameters of `writeRowsSql` for one batch. */
export function writeRowsValues(
  timeline: string,
  batch: RecordedRows[],
  refs: StateRefs,
): [rows: string, bytes: Buffer, band: number] {
  const changes = batch.flatMap(({ change }) => change ?? []);
  const slots = slotRows(changes, refs);
  const notes = noteRows(changes);
  const states = new States();
  const rows = {
    matters: batch.flatMap(({ newMatter }) => newMatter ?? []),
    states: changes.flatMap((change) => change.states.map((state) => states.put(state))),
    past: slots.past,
    put: slots.put,
    dropped: slots.dropped,
    notes: notes.added,
    closedNotes: notes.closed,
    developments: batch.map(({ development }) => development),
    parked: batch.flatMap(({ parked }) => parked ?? []),
  };
  return [JSON.stringify(rows), states.bytes(), bandOf(timeline).start];
}

/** States laid end to end; each row keeps where its own lies (from 1, as SQL counts). */
class States {
  private readonly parts: Buffer[] = [];
  private at = 1;

  put<R extends { state: string }>({ state, ...row }: R): Omit<R, 'state'> & { at: number; length: number } {
    const bytes = Buffer.from(state);
    const place = { at: this.at, length: bytes.length };
    this.parts.push(bytes);
    this.at += bytes.length;
    return { ...row, ...place };
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts, this.at - 1);
  }
}
