import { bandOf } from './area.js';
import { noPositionYet } from './stored-time.js';
import { type MatterChange, newStates, noteRows, slotRows } from './slot-changes.js';

/** What one recorded development adds to the read models. */
export interface RecordedRows {
  /** Set for the first development of a matter. */
  newMatter: { matter: string; position: number } | null;
  change: MatterChange | null;
  parked: { matter: string; position: number; reason: string } | null;
}

/** The lists of rows that the statement takes, each as a JSON parameter, in this order. */
const lists = ['matters', 'states', 'past', 'put', 'dropped', 'notes', 'closedNotes', 'parked'] as const;
type List = (typeof lists)[number];

/**
 * The read models' part of the append statement. Rows come as JSON: json_to_recordset took a third of the time of
 * jsonb_to_recordset and less than arrays. The states' texts come as bytes in one binary parameter, cut up here, like
 * the ledger's own: as JSON within JSON each would be escaped, parsed and printed again.
 *
 * Every part writes other rows than its neighbours, since all of them see the tables as they were before. And
 * every part finds rows by a key that it carries (on conflict, or a lateral look-up): a join could be turned
 * round into a scan of the whole timeline by a plan made when the table was empty. That cost 400 µs a row.
 */
export function writeRowsSql(first: number): string {
  const bytes = `$${first + lists.length}::bytea`;
  const band = `$${first + lists.length + 1}::float8`;
  const slot = 'matter text, "from" int8, "to" int8, since int8, by int8, nth int4';
  const from = (list: List, columns: string) =>
    `json_to_recordset($${first + lists.indexOf(list)}::json) as r(${columns}) where exists (select from head)`;
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
), parked as (
  insert into parked_matter (timeline, matter, position, reason)
  select $1, matter, position, reason from ${from('parked', 'matter text, position int8, reason text')}
  on conflict on constraint parked_matter_pk do nothing
)`;
}

/** The parameters of `writeRowsSql` for one batch. */
export function writeRowsValues(timeline: string, batch: RecordedRows[]): unknown[] {
  const changes = batch.flatMap(({ change }) => change ?? []);
  const slots = slotRows(changes);
  const notes = noteRows(changes);
  const states = new States();
  const rows: Record<List, object[]> = {
    matters: batch.flatMap(({ newMatter }) => newMatter ?? []),
    states: newStates(changes).map((state) => states.put(state)),
    past: slots.past,
    put: slots.put,
    dropped: slots.dropped,
    notes: notes.added,
    closedNotes: notes.closed,
    parked: batch.flatMap(({ parked }) => parked ?? []),
  };
  return [...lists.map((list) => JSON.stringify(rows[list])), states.bytes(), bandOf(timeline).start];
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
