import type { BatchPart } from '#libs/ledger';
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

/** A list of rows of one batch, and the part of the statement that writes it. */
interface Part<Row extends object = object> {
  rows: (batch: Batch) => Row[];
  sql: (from: Rows, bound: Bound) => string;
}

/** The rows, as `r`, none of them unless the batch is written. */
type Rows = (columns: string) => string;

interface Bound {
  generation: () => string;
  /** The states' texts. */
  bytes: () => string;
  band: () => string;
}

/** What a batch changes, summed up. */
interface Batch {
  recorded: RecordedRows[];
  slots: SlotRows;
  notes: NoteRows;
  states: PlacedState[];
}

/** The position `t` of an id: in the ledger, or in this very batch, whose rows are not in the tables yet. */
function placeOf(id: string): string {
  return `
  cross join lateral (
    select position from ledger_payload where timeline = $1 and id = ${id}
    union all select position from batch where id = ${id} limit 1
  ) t`;
}

const slot = 'matter text, "from" int8, "to" int8, since int8, by int8, nth int4';

/**
 * Every part writes other rows than its neighbours, since all of them see the tables as they were before. And
 * every part finds rows by a key that it carries (on conflict, or a lateral look-up): a join could be turned
 * round into a scan of the whole timeline by a plan made when the table was empty. That cost 400 µs a row.
 */
const parts = {
  matters: {
    rows: ({ recorded }) => recorded.flatMap(({ newMatter }) => newMatter ?? []),
    sql: (from, { generation }) => `
  insert into matter (timeline, generation, matter, first_position)
  select $1, ${generation()}, matter, position from ${from('matter text, position int8')}
  on conflict on constraint matter_pk do nothing`,
  },
  states: {
    rows: ({ states }) => states,
    sql: (from, { generation, bytes }) => `
  insert into slot_state (timeline, generation, position, ordinal, state)
  select $1, ${generation()}, position, ordinal, convert_from(substring(${bytes()} from at for length), 'UTF8')
  from ${from('position int8, ordinal int4, at int4, length int4')}`,
  },
  past: {
    rows: ({ slots }) => slots.past,
    sql: (from, { generation, band }) => `
  insert into slot_past
    (timeline, generation, matter, valid_from, valid_to, known_from, known_to, area, state_position, state_ordinal)
  select $1, ${generation()}, matter, "from", "to", since, before,
    box(point("from", ${band()} + since), point("to" - 1, ${band()} + before - 1)), by, nth
  from ${from(`${slot}, before int8`)}`,
  },
  put: {
    rows: ({ slots }) => slots.put,
    sql: (from, { generation }) => `
  insert into slot (timeline, generation, matter, valid_from, valid_to, known_from, state_position, state_ordinal)
  select $1, ${generation()}, matter, "from", "to", since, by, nth
  from ${from(slot)}
  on conflict on constraint slot_pk do update
  set valid_to = excluded.valid_to, known_from = excluded.known_from,
    state_position = excluded.state_position, state_ordinal = excluded.state_ordinal`,
  },
  dropped: {
    rows: ({ slots }) => slots.dropped,
    sql: (from, { generation }) => `
  delete from slot where ctid = any (array(
    select s.ctid from (select * from ${from('matter text, "from" int8')}) r
    cross join lateral (
      select ctid from slot
      where timeline = $1 and generation = ${generation()} and matter = r.matter and valid_from = r."from" limit 1
    ) s
  ))`,
  },
  notes: {
    rows: ({ notes }) => notes.added,
    sql: (from, { generation }) => `
  insert into note
    (timeline, generation, matter, begins, latest, position, known_from, known_to, until, earliest, planned, note)
  select $1, ${generation()}, matter, begins, latest, position, since, before, until, earliest, planned, note::json
  from ${from(
    'matter text, begins int8, latest int8, position int8, since int8, before int8, until int8, earliest int8, ' +
      'planned boolean, note text',
  )}`,
  },
  closed_notes: {
    rows: ({ notes }) => notes.closed,
    sql: (from, { generation }) => `
  update note n set known_to = r.before
  from (
    select c.before, o.ctid
    from (select * from ${from('matter text, begins int8, position int8, before int8')}) c
    cross join lateral (
      select ctid from note
      where timeline = $1 and generation = ${generation()} and matter = c.matter and begins = c.begins
        and position = c.position and known_to = ${noPositionYet} limit 1
    ) o
  ) r
  where n.ctid = r.ctid`,
  },
  parked: {
    rows: ({ recorded }) => recorded.flatMap(({ parked }) => parked ?? []),
    sql: (from, { generation }) => `
  insert into parked_matter (timeline, generation, matter, position, reason)
  select $1, ${generation()}, matter, position, reason from ${from('matter text, position int8, reason text')}
  on conflict on constraint parked_matter_pk do nothing`,
  },
  decisions: {
    rows: ({ recorded }) => recorded.flatMap(({ decision }) => decision ?? []),
    sql: (from) => `
  insert into decision (timeline, position, target)
  select $1, r.position, t.position
  from (select * from ${from('position int8, target text')}) r ${placeOf('r.target')}`,
  },
  withholdings: {
    rows: ({ recorded }) => sumUp(recorded.map(({ withholding }) => withholding)),
    sql: (from) => `
  insert into withheld (timeline, position, held, embargoed, until)
  select $1, t.position, held, embargoed, until
  from (select * from ${from('id text, held boolean, embargoed boolean, until int8')}) r ${placeOf('r.id')}
  on conflict on constraint withheld_pk do update
  set held = coalesce(excluded.held, withheld.held),
    embargoed = coalesce(excluded.embargoed, withheld.embargoed),
    until = coalesce(excluded.until, withheld.until)`,
  },
} satisfies Record<string, Part>;

/**
 * The read models' part of the append statement, for what one batch changes: parts without a row are left out.
 * Most batches need three of the ten, and a part costs the database some 40 µs, rows or none.
 *
 * Rows come as JSON: json_to_recordset took a third of the time of jsonb_to_recordset and less than arrays. The
 * states' texts come as bytes in one binary parameter, cut up here, like the ledger's own: as JSON within JSON each
 * would be escaped, parsed and printed again.
 *
 * @param models null where nothing is folded
 */
export function writeRows(models: ReadModels | null, recorded: RecordedRows[], first: number): BatchPart {
  const changes = recorded.flatMap(({ change }) => change ?? []);
  const states = new States();
  const placed = newStates(changes).map((state) => states.put(state));
  const batch: Batch = { recorded, slots: slotRows(changes), notes: noteRows(changes), states: placed };
  const needed = Object.entries<Part>(parts).flatMap(([name, part], index) => {
    const rows = part.rows(batch);
    return rows.length === 0 ? [] : [{ index, name, part, rows: JSON.stringify(rows) }];
  });
  const values: unknown[] = [];
  const parameter = (value: unknown, type: string) => `$${first - 1 + values.push(value)}::${type}`;
  // Each is there only once a part reads it: a parameter that stands nowhere has no type.
  const once = (value: () => unknown, type: string) => {
    let name: string | undefined;
    return () => (name ??= parameter(value(), type));
  };
  const bound: Bound = {
    generation: once(() => models!.generation, 'int4'),
    bytes: once(() => states.bytes(), 'bytea'),
    band: once(() => rectanglesBand(models!).start, 'float8'),
  };
  const sql = needed.map(({ name, part, rows }) => {
    const list = parameter(rows, 'json');
    const from = (columns: string) =>
      `json_to_recordset(${list}) as r(${columns}) where exists (select from head)`;
    return `${name} as (${part.sql(from, bound)}\n)`;
  });
  return { shape: needed.map(({ index }) => index).join(' '), sql: sql.join(', '), values };
}

/** Where a new state's text lies among the bytes. */
type PlacedState = Omit<NewState, 'state'> & { at: number; length: number };

/** States laid end to end; each row keeps where its own lies (from 1, as SQL counts). */
class States {
  private readonly parts: Buffer[] = [];
  private at = 1;

  put({ state, ...row }: NewState): PlacedState {
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
