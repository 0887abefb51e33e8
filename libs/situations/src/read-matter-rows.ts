import type { Database } from '#libs/database';
import { rectanglesBand } from './area.js';
import type { MatterRows, NoteRecord, SlotRecord } from './matter-rows.js';
import type { ReadModels } from './read-models.js';

/**
 * What is stored of one matter; besides its rows, how many of its past rectangles lie elsewhere in their index. Its slots
 * come with more than they need.
 */
export interface StoredMatterRows extends MatterRows {
  misplaced: { validFrom: number; knownFrom: number }[];
  firstPosition: number | null;
}

/** All that the read models hold of these matters. */
export async function readMatterRows(
  db: Database,
  models: ReadModels,
  matters: string[],
): Promise<Map<string, StoredMatterRows>> {
  const slots = await readSlots(db, models, matters);
  const notes = await readNotes(db, models, matters);
  const names = await readNames(db, models, matters);
  const all = new Map<string, StoredMatterRows>();
  for (const matter of matters) {
    all.set(matter, { slots: [], notes: [], parked: null, misplaced: [], firstPosition: null });
  }
  // As they are: a matter may have tens of thousands, and copies of them held a service up.
  for (const slot of slots) {
    const rows = all.get(slot.matter)!;
    rows.slots.push(slot);
    if (!slot.placed) rows.misplaced.push(slot);
  }
  for (const { matter, ...note } of notes) all.get(matter)!.notes.push(note);
  for (const { matter, firstPosition, parkedAt, reason } of names) {
    const rows = all.get(matter)!;
    rows.firstPosition = firstPosition;
    if (parkedAt !== null) rows.parked = { position: parkedAt, reason: reason! };
  }
  return all;
}

async function readSlots(db: Database, models: ReadModels, matters: string[]) {
  const { timeline, generation } = models;
  const { rows } = await db.query<SlotRecord & { matter: string; placed: boolean }>({
    name: 'slots-to-verify',
    text: `
      select s.matter, s.valid_from as "validFrom", s.valid_to as "validTo", s.known_from as "knownFrom",
        s.known_to as "knownTo", s.placed, t.state
      from (
        select matter, valid_from, valid_to, known_from, null::int8 as known_to, state_position, state_ordinal,
          true as placed
        from slot where timeline = $1 and generation = $2 and matter = any($3)
        union all
        select matter, valid_from, valid_to, known_from, known_to, state_position, state_ordinal,
          area ~= box(point(valid_from, $4::float8 + known_from), point(valid_to - 1, $4 + known_to - 1))
        from slot_past where timeline = $1 and generation = $2 and matter = any($3)
      ) s
      left join lateral (
        select state from slot_state
        where timeline = $1 and generation = $2 and position = s.state_position and ordinal = s.state_ordinal limit 1
      ) t on true`,
    values: [timeline, generation, matters, rectanglesBand(models).start],
  });
  return rows;
}

async function readNotes(db: Database, { timeline, generation }: ReadModels, matters: string[]) {
  const { rows } = await db.query<NoteRecord & { matter: string }>({
    name: 'notes-to-verify',
    text: `
      select matter, begins, latest, position, known_from as "knownFrom", known_to as "knownTo", until, earliest,
        planned, note::text as note
      from note where timeline = $1 and generation = $2 and matter = any($3)`,
    values: [timeline, generation, matters],
  });
  return rows;
}

async function readNames(db: Database, { timeline, generation }: ReadModels, matters: string[]) {
  const { rows } = await db.query<{
    matter: string;
    firstPosition: number | null;
    parkedAt: number | null;
    reason: string | null;
  }>({
    name: 'matters-to-verify',
    text: `
      select m.matter, f.first_position as "firstPosition", p.position as "parkedAt", p.reason
      from unnest($3::text[]) as m(matter)
      left join matter f on f.timeline = $1 and f.generation = $2 and f.matter = m.matter
      left join parked_matter p on p.timeline = $1 and p.generation = $2 and p.matter = m.matter`,
    values: [timeline, generation, matters],
  });
  return rows;
}

/** Matters that the read models have rows of and the ledger has no entry of; the first hundred. */
export async function mattersOfNothing(
  db: Database,
  { timeline, generation }: ReadModels,
): Promise<string[]> {
  const { rows } = await db.query<{ matter: string }>({
    name: 'matters-of-nothing',
    text: `
      select distinct matter from (
        select matter from matter where timeline = $1 and generation = $2
        union all select matter from slot where timeline = $1 and generation = $2
        union all select matter from slot_past where timeline = $1 and generation = $2
        union all select matter from note where timeline = $1 and generation = $2
        union all select matter from parked_matter where timeline = $1 and generation = $2
      ) m
      where not exists (select from ledger_payload where timeline = $1 and stream = m.matter)
      order by matter limit 100`,
    values: [timeline, generation],
  });
  return rows.map(({ matter }) => matter);
}

/** The version of the fold by which a generation was made; null where nothing is derived yet. */
export async function foldOf(db: Database, { timeline, generation }: ReadModels): Promise<number | null> {
  const { rows } = await db.query<{ fold: number }>({
    name: 'fold-of',
    text: `select fold_version as fold from projection where timeline = $1 and generation = $2`,
    values: [timeline, generation],
  });
  return rows[0]?.fold ?? null;
}
