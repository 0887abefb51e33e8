/** Where what stands beside a matter's state differs between two accounts of it. */
import type { Instant } from './development.js';
import { type NoteRow, noteRowsAt, orderNotes, upcomingRowsAt } from './notes.js';
import type { Note } from './state.js';

export interface NotesApart {
  /** Between two of these nothing turns; none where nothing ever differs. */
  turns: Instant[];
  /** What is shown at an instant by one account and not, or not so, by the other, as text; empty where nothing is. */
  apartAt(asOf: Instant): string;
}

export function compareNotes(before: readonly NoteRow[], after: readonly NoteRow[]): NotesApart {
  const known = new Map(before.map((row) => [JSON.stringify(row), row]));
  // What is the same in both is one object in both.
  const shared = after.map((row) => known.get(JSON.stringify(row)) ?? row);
  const all = new Set([...before, ...shared]);
  if (all.size === before.length && all.size === after.length) return { turns: [], apartAt: () => '' };
  const [old, fresh] = [orderNotes(before), orderNotes(shared)];
  return {
    turns: [...all].flatMap(({ begin, until }) => [begin, until]),
    apartAt: (asOf) => {
      const apart = [noteRowsAt, upcomingRowsAt].flatMap((rowsAt) => {
        const [was, is] = [rowsAt(old, asOf), rowsAt(fresh, asOf)];
        return [
          notesOf(was.filter((row) => !is.includes(row))),
          notesOf(is.filter((row) => !was.includes(row))),
        ];
      });
      return apart.some((notes) => notes.length > 0) ? JSON.stringify(apart) : '';
    },
  };
}

/** An undated note stays the same when it is background no more. */
function notesOf(rows: NoteRow[]): Note[] {
  return rows.map(({ note }) => note);
}
