import type { Pool } from 'pg';
import { mostNotes } from '#libs/chronology';
import type { NotesOfMatter, StoredNote } from './notes-at.js';
import type { ModelsPoint } from './read-models.js';
import { storeInstant } from './stored-time.js';
import type { Known } from './turns-of-account.js';

/** A note that stood beside one instant, from position `from` to before position `to`. */
export interface NoteTold {
  from: number;
  to: number;
  /** JSON. */
  note: string;
}

export interface NotesTold {
  /** The last to begin first. */
  notes: NoteTold[];
  /** The next first. */
  upcoming: NoteTold[];
}

/** What of them is shown, each as JSON. */
export interface Beside {
  notes: string[];
  upcoming: string[];
}

/**
 * What stood beside a matter's state at `asOf` while known.after ≤ position ≤ known.upTo, for `besideAt` to pick from: up
 * to where notes came or went `most` times. Of those that stood at the beginning only so many are read as may come to be
 * shown.
 */
export async function notesTold(
  pool: Pool,
  { models: { timeline, generation }, asOf }: Omit<ModelsPoint, 'knownAt'>,
  matter: string,
  known: Known,
  most: number,
): Promise<{ told: NotesTold; upTo: number }> {
  const { rows } = await pool.query<NoteTold & { isComing: boolean; upTo: number }>({
    name: 'notes-told',
    text: `
      with beside as materialized (
        select begins > $4 as coming, begins, latest, position, known_from, known_to from note
        where timeline = $1 and generation = $2 and matter = $3 and known_from <= $6 and known_to > $5
          and (begins <= $4 and until > $4 or begins > $4 and earliest > $4 and planned)
      ), turns as (
        select turn.position from beside cross join lateral (values (known_from), (known_to)) as turn(position)
        where turn.position > $5 and turn.position <= $6 order by turn.position limit $7
      ), reach as (
        select case when count(*) = $7 then max(position) else $6 end as position from turns
      ), told as (
        select * from beside where known_from > $5 and known_from <= (select position from reach)
        union all
        (select * from beside where known_from <= $5 and not coming
         order by begins desc, latest desc, position desc limit ${mostNotes} + $7)
        union all
        (select * from beside where known_from <= $5 and coming
         order by begins, latest, position limit ${mostNotes} + $7)
      )
      select t.coming as "isComing", t.known_from as "from", t.known_to as "to", n.note::text as note,
        (select position from reach) as "upTo"
      from told t
      cross join lateral (
        select note from note
        where timeline = $1 and generation = $2 and matter = $3 and begins = t.begins and latest = t.latest
          and position = t.position and known_from = t.known_from
        limit 1
      ) n
      order by t.begins, t.latest, t.position`,
    values: [timeline, generation, matter, storeInstant(asOf), known.after, known.upTo, most],
  });
  return {
    told: {
      notes: rows.filter(({ isComing }) => !isComing).reverse(),
      upcoming: rows.filter(({ isComing }) => isComing),
    },
    upTo: rows[0]?.upTo ?? known.upTo,
  };
}

/** What is shown of them as known at a position. */
export function besideAt({ notes, upcoming }: NotesTold, position: number): Beside {
  return { notes: firstKnown(notes, position).reverse(), upcoming: firstKnown(upcoming, position) };
}

function firstKnown(told: NoteTold[], position: number): string[] {
  const known: string[] = [];
  for (const { from, to, note } of told) {
    if (from <= position && position < to) known.push(note);
    if (known.length === mostNotes) break;
  }
  return known;
}

export function readNotes({ notes, upcoming }: Beside): NotesOfMatter {
  const read = (note: string) => JSON.parse(note) as StoredNote;
  return { notes: notes.map(read), upcoming: upcoming.map(read) };
}
