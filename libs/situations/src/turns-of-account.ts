import type { Pool } from 'pg';
import { meets, rectanglesBand } from './area.js';
import { byMatter } from './by-matter.js';
import type { ModelsPoint } from './read-models.js';
import { noPositionYet, storeInstant } from './stored-time.js';

/** Positions between two others: after < position ≤ upTo. */
export interface Known {
  after: number;
  upTo: number;
}

/** An instant of the world's clock, whoever knew what of it when. */
type InstantOfModels = Omit<ModelsPoint, 'knownAt'>;

/** One rectangle's share of an instant: from when to when (positions) its state was the account of it. */
interface Told {
  matter: string;
  from: number;
  to: number;
  state: string;
}

/**
 * By matter, the positions within `known` at which the account of one instant turned into another: the entries that
 * made it so. What only moved an end of the stretch is not among them. Of each matter at most the last `most`.
 */
export async function turnsOfAccount(
  pool: Pool,
  instant: InstantOfModels,
  matters: string[],
  known: Known,
  most: number,
): Promise<Map<string, number[]>> {
  const turns = new Map<string, number[]>();
  // Many rectangles may only move an end, and make no turn: where too few turns are left, more is read.
  for (let [left, reads] = [matters, 4 * most]; left.length > 0; reads *= 4) {
    const told = byMatter(await readTold(pool, instant, left, known, reads));
    const unread = new Set(left.filter((matter) => isCut(told.get(matter), known, reads)));
    for (const matter of left) {
      turns.set(matter, turnsOf(told.get(matter) ?? [], known, unread.has(matter)).slice(-most));
    }
    left = [...unread].filter((matter) => turns.get(matter)!.length < most);
  }
  return turns;
}

/** What was told of an instant while after < known ≤ upTo, by matter and position; over long, of each matter the last. */
async function readTold(
  pool: Pool,
  { models, asOf }: InstantOfModels,
  matters: string[],
  known: Known,
  most: number,
): Promise<Told[]> {
  const { timeline, generation } = models;
  const { rows } = await pool.query<Told>({
    name: isShort(known) ? 'turns-of-account' : 'turns-of-account-over-long',
    text: `
      select m.matter, c.known_from as "from", ${noPositionYet}::int8 as "to",
        c.state_position || ' ' || c.state_ordinal as state
      from unnest($3::text[]) as m(matter)
      cross join lateral (
        select * from slot
        where timeline = $1 and generation = $2 and slot.matter = m.matter and valid_from <= $4
        order by valid_from desc limit 1
      ) c
      where c.valid_to > $4 and c.known_from <= $6
      union all
      select matter, known_from, known_to, state_position || ' ' || state_ordinal
      from ${isShort(known) ? pastByArea : pastByMatter}
      order by matter, "from"`,
    values: [
      timeline,
      generation,
      matters,
      storeInstant(asOf),
      known.after,
      known.upTo,
      isShort(known) ? rectanglesBand(models).start : most,
    ],
  });
  return rows;
}

/** Whether there may be more of a matter than the past rectangles that were read. */
function isCut(told: Told[] | undefined, known: Known, most: number): boolean {
  return !isShort(known) && told?.filter(({ to }) => to < noPositionYet).length === most;
}

/** Up to so many positions, what was told of an instant is found by the rectangles that they cross. */
const short = 1_000;

function isShort({ after, upTo }: Known): boolean {
  return upTo - after <= short;
}

/** All that was told of the instant $4 while $5 < known ≤ $6, of whatever matter: little where that is short. */
const pastByArea = `(
  select matter, known_from, known_to, state_position, state_ordinal from slot_past
  where timeline = $1 and generation = $2 and ${meets('box(point($4, $7::float8 + $5), point($4, $7 + $6))')}
  offset 0
) once
where (matter in (select unnest($3))) is true`;

/** Matter by matter, back from $6: all of its rectangles where few of them hold $4, in a long ledger thousands. */
const pastByMatter = `unnest($3::text[]) as m(name)
cross join lateral (
  select * from slot_past
  where timeline = $1 and generation = $2 and slot_past.matter = m.name and known_from <= $6 and known_to > $5
    and valid_from <= $4 and valid_to > $4
  order by known_from desc limit $7::int4
) told`;

/**
 * Where one account ends another begins, or none.
 * @param isCut what came before the first of them is not known, and need not have been another
 */
function turnsOf(accounts: Told[], { after, upTo }: Known, isCut: boolean): number[] {
  const turns = new Set<number>();
  accounts.forEach(({ from, to, state }, at) => {
    const [before, next] = [accounts[at - 1], accounts[at + 1]];
    const isTold = at === 0 ? isCut : before!.to === from && before!.state === state;
    if (!isTold) turns.add(from);
    if (next?.from !== to) turns.add(to);
  });
  return [...turns].filter((position) => position > after && position <= upTo);
}

/** By matter, the positions within `known` that brought one of these notes, took it away, or made it another. */
export async function turnsOfNotes(
  pool: Pool,
  { models: { timeline, generation }, asOf }: InstantOfModels,
  notes: { matter: string; id: string }[],
  { after, upTo }: Known,
): Promise<Map<string, number[]>> {
  if (notes.length === 0) return new Map();
  const { rows } = await pool.query<{ matter: string; position: number }>({
    name: 'turns-of-notes',
    text: `
      select distinct n.matter, turn.position
      from json_to_recordset($3::json) as asked(matter text, id text)
      cross join lateral (select position from ledger_payload where timeline = $1 and id = asked.id limit 1) p
      cross join lateral (
        select matter, known_from, known_to from note
        where timeline = $1 and generation = $2 and note.matter = asked.matter and note.position = p.position
          and (begins <= $6 and until > $6 or begins > $6 and earliest > $6 and planned) offset 0
      ) n
      cross join lateral (values (n.known_from), (n.known_to)) as turn(position)
      where turn.position > $4 and turn.position <= $5
      order by turn.position`,
    values: [timeline, generation, JSON.stringify(notes), after, upTo, storeInstant(asOf)],
  });
  return new Map(
    [...byMatter(rows)].map(([matter, turns]) => [matter, turns.map(({ position }) => position)]),
  );
}
