import {
  type BatchPart,
  type EndToEnd,
  noPart,
  type PackedColumns,
  packedRows,
  packRows,
} from '#libs/ledger';
import { rectanglesBand } from './area.js';
import type { ReadModels } from './read-models.js';
import { noPositionYet } from './stored-time.js';
import {
  type MatterChange,
  newStates,
  noteRows,
  type NoteRows,
  type NewState,
  slotRows,
  type SlotRows,
} from './slot-changes.js';
import { sumUp, type Withholding } from './withholding.js';

/** What the fold makes of one recorded development: rows of a generation of the read models. */
export interface FoldedRows {
  /** Set for the first development of a matter. */
  newMatter: { matter: string; position: number } | null;
  change: MatterChange | null;
  parked: { matter: string; position: number; reason: string } | null;
}

export const nothingFolded: FoldedRows = { newMatter: null, change: null, parked: null };

/** What one recorded development adds to all that is derived; what is not folded is in no generation. */
export interface RecordedRows extends FoldedRows {
  /** Set for a desk development: the id that it names. */
  decision: { position: number; target: string } | null;
  withholding: Withholding | null;
}

/**
 * A list of rows of one batch, and the part of the statement that writes it. Rows that most batches have travel packed;
 * the rest as JSON, which knows nulls and columns of every type.
 */
interface Part<Row extends object = never> {
  rows: (batch: Batch) => Row[];
  columns: PackedColumns<Row> | string;
  /** `from` are the rows, as `r`, none of them unless the batch is written. */
  sql: (from: string, bound: Bound) => string;
}

/** Parameters that the parts share. */
interface Bound {
  generation: string;
  band: string;
}

/** What a batch changes, summed up. */
interface Batch {
  recorded: RecordedRows[];
  slots: SlotRows;
  notes: NoteRows;
  states: NewState[];
}

/** The position `t` of an id: in the ledger, or in this very batch, whose rows are not in the tables yet. */
function placeOf(id: string): string {
  return `
  cross join lateral (
    select position from ledger_payload where timeline = $1 and id = ${id}
    union all select position from batch where id = ${id} limit 1
  ) t`;
}

const slot = { matter: 'text', from: 'int8', to: 'int8', since: 'int8', by: 'int8', nth: 'int4' } as const;

/** Lets a part's columns be held against its rows. */
function part<Row extends object>(of: Part<Row>): Part {
  return of as unknown as Part;
}

/**
 * Every part writes other rows than its neighbours, since all of them see the tables as they were before. And
 * every part finds rows by a key that it carries (on conflict, or a lateral look-up): a join could be turned
 * round into a scan of the whole timeline by a plan made when the table was empty. That cost 400 µs a row. A row that
 * is found so is named by its ctid, which is unique in one physical table alone: the timeline is named beside it, in a
 * join, since of a list of them (`ctid = any`) such a plan would scan the timeline too.
 */
const parts = {
  matters: part({
    rows: ({ recorded }) => recorded.flatMap(({ newMatter }) => newMatter ?? []),
    columns: { matter: 'text', position: 'int8' },
    sql: (from, { generation }) => `
  insert into matter (timeline, generation, matter, first_position)
  select $1, ${generation}, matter, position from ${from}
  on conflict on constraint matter_pk do nothing`,
  }),
  states: part({
    rows: ({ states }) => states,
    columns: { position: 'int8', ordinal: 'int4', state: 'text' },
    sql: (from, { generation }) => `
  insert into slot_state (timeline, generation, position, ordinal, state)
  select $1, ${generation}, position, ordinal, state from ${from}`,
  }),
  past: part({
    rows: ({ slots }) => slots.past,
    columns: { ...slot, before: 'int8' },
    sql: (from, { generation, band }) => `
  insert into slot_past
    (timeline, generation, matter, valid_from, valid_to, known_from, known_to, area, state_position, state_ordinal)
  select $1, ${generation}, matter, "from", "to", since, before,
    box(point("from", ${band} + since), point("to" - 1, ${band} + before - 1)), by, nth
  from ${from}`,
  }),
  put: part({
    rows: ({ slots }) => slots.put,
    columns: slot,
    sql: (from, { generation }) => `
  insert into slot (timeline, generation, matter, valid_from, valid_to, known_from, state_position, state_ordinal)
  select $1, ${generation}, matter, "from", "to", since, by, nth
  from ${from}
  on conflict on constraint slot_pk do update
  set valid_to = excluded.valid_to, known_from = excluded.known_from,
    state_position = excluded.state_position, state_ordinal = excluded.state_ordinal`,
  }),
  dropped: part({
    rows: ({ slots }) => slots.dropped,
    columns: 'matter text, "from" int8',
    sql: (from, { generation }) => `
  delete from slot s
  using (
    select o.ctid
    from (select * from ${from}) d
    cross join lateral (
      select ctid from slot
      where timeline = $1 and generation = ${generation} and matter = d.matter and valid_from = d."from" limit 1
    ) o
  ) r
  where s.ctid = r.ctid and s.timeline = $1 and s.generation = ${generation}`,
  }),
  notes: part({
    rows: ({ notes }) => notes.added,
    columns:
      'matter text, begins int8, latest int8, position int8, since int8, before int8, until int8, earliest int8, ' +
      'planned boolean, note text',
    sql: (from, { generation }) => `
  insert into note
    (timeline, generation, matter, begins, latest, position, known_from, known_to, until, earliest, planned, note)
  select $1, ${generation}, matter, begins, latest, position, since, before, until, earliest, planned, note::json
  from ${from}`,
  }),
  closed_notes: part({
    rows: ({ notes }) => notes.closed,
    columns: 'matter text, begins int8, position int8, before int8',
    sql: (from, { generation }) => `
  update note n set known_to = r.before
  from (
    select c.before, o.ctid
    from (select * from ${from}) c
    cross join lateral (
      select ctid from note
      where timeline = $1 and generation = ${generation} and matter = c.matter and begins = c.begins
        and position = c.position and known_to = ${noPositionYet} limit 1
    ) o
  ) r
  where n.ctid = r.ctid and n.timeline = $1 and n.generation = ${generation}`,
  }),
  parked: part({
    rows: ({ recorded }) => recorded.flatMap(({ parked }) => parked ?? []),
    columns: 'matter text, position int8, reason text',
    sql: (from, { generation }) => `
  insert into parked_matter (timeline, generation, matter, position, reason)
  select $1, ${generation}, matter, position, reason from ${from}
  on conflict on constraint parked_matter_pk do nothing`,
  }),
  decisions: part({
    rows: ({ recorded }) => recorded.flatMap(({ decision }) => decision ?? []),
    columns: 'position int8, target text',
    sql: (from) => `
  insert into decision (timeline, position, target)
  select $1, r.position, t.position
  from (select * from ${from}) r ${placeOf('r.target')}`,
  }),
  withholdings: part({
    rows: ({ recorded }) => sumUp(recorded.map(({ withholding }) => withholding)),
    columns: 'id text, held boolean, embargoed boolean, until int8',
    sql: (from) => `
  insert into withheld (timeline, position, held, embargoed, until)
  select $1, t.position, held, embargoed, until
  from (select * from ${from}) r ${placeOf('r.id')}
  on conflict on constraint withheld_pk do update
  set held = coalesce(excluded.held, withheld.held),
    embargoed = coalesce(excluded.embargoed, withheld.embargoed),
    until = coalesce(excluded.until, withheld.until)`,
  }),
};

/**
 * The read models' part of the append statement, for what one batch changes: parts without a row are left out.
 * Most batches need three of the ten, and a part costs the database some 40 µs, rows or none.
 *
 * @param models null where nothing is folded
 */
export function writeRows(models: ReadModels | null, recorded: RecordedRows[], end: EndToEnd): BatchPart {
  const changes = recorded.flatMap(({ change }) => change ?? []);
  const batch: Batch = {
    recorded,
    slots: slotRows(changes),
    notes: noteRows(changes),
    states: newStates(changes),
  };
  const needed = Object.entries<Part>(parts).flatMap(([name, part], index) => {
    const rows = part.rows(batch);
    return rows.length === 0 ? [] : [{ index, name, part, rows }];
  });
  if (needed.length === 0) return noPart;
  const values = needed.flatMap(({ part: { columns }, rows }): unknown[] =>
    typeof columns === 'string' ? [JSON.stringify(rows)] : [packRows(rows, columns, end), rows.length],
  );
  return {
    shape: needed.map(({ index }) => index).join(' '),
    values: [...(models ? [models.generation, rectanglesBand(models).start] : [null, null]), ...values],
    sql: (first, bytes) => partsSql(needed, first, bytes),
  };
}

/** Their parameters are the two that they share, and then those of each. */
function partsSql(needed: { name: string; part: Part }[], first: number, bytes: string): string {
  const bound: Bound = { generation: `$${first}::int4`, band: `$${first + 1}::float8` };
  let next = first + 2;
  const listed = (columns: Part['columns']): string => {
    if (typeof columns === 'string') return `json_to_recordset($${next++}::json) as r(${columns})`;
    const [numbers, count] = [`$${next++}::int8[]`, `$${next++}::int4`];
    return `${packedRows(columns, { numbers, count, bytes })} r`;
  };
  const sql = needed.map(({ name, part }) => {
    const from = `${listed(part.columns)} where exists (select from head)`;
    return `${name} as (${part.sql(from, bound)}\n)`;
  });
  // Named here, both have a type also where no part reads them.
  return [`bound as (select ${bound.generation}, ${bound.band})`, ...sql].join(', ');
}
