import type { Pool } from 'pg';
import { mostNotes, type Note } from '#libs/chronology';
import type { ModelsPoint } from './read-models.js';
import { storeInstant } from './stored-time.js';

/** A note as stored: −∞ has no JSON number, so `earliest` is null for it. */
export type StoredNote = Omit<Note, 'bounds'> & { bounds: { earliest: number | null; latest: number } };

export interface NotesOfMatter {
  /** The last five up to asOf, oldest first. */
  notes: StoredNote[];
  /** The next five planned after asOf. */
  upcoming: StoredNote[];
}

/** What stands beside the states of these matters at a point. */
export async function notesAt(
  pool: Pool,
  { models: { timeline, generation }, asOf, knownAt }: ModelsPoint,
  matters: string[],
): Promise<Map<string, NotesOfMatter>> {
  const { rows } = await pool.query<{ matter: string; coming: boolean; note: StoredNote }>({
    name: 'notes-at',
    text: `
      select m.matter, n.coming, n.note
      from unnest($3::text[]) as m(matter)
      cross join lateral (
        (select false as coming, note, begins, latest, position from note
         where timeline = $1 and generation = $2 and note.matter = m.matter and begins <= $4 and until > $4
           and known_from <= $5 and known_to > $5
         order by begins desc, latest desc, position desc limit ${mostNotes})
        union all
        (select true, note, begins, latest, position from note
         where timeline = $1 and generation = $2 and note.matter = m.matter and begins > $4 and earliest > $4
           and planned and known_from <= $5 and known_to > $5
         order by begins, latest, position limit ${mostNotes})
      ) n
      order by m.matter, n.begins, n.latest, n.position`,
    values: [timeline, generation, matters, storeInstant(asOf), knownAt],
  });
  const byMatter = new Map<string, NotesOfMatter>();
  for (const { matter, coming, note } of rows) {
    let beside = byMatter.get(matter);
    if (!beside) byMatter.set(matter, (beside = { notes: [], upcoming: [] }));
    (coming ? beside.upcoming : beside.notes).push(note);
  }
  return byMatter;
}
