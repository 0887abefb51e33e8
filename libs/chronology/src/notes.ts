/**
 * Notes as rows: developments that stand beside a matter's state because they are not (yet) so. A dated one
 * is one row. An undated one is two: background until its last possible moment, and dated then. So the
 * notes of an instant are the last five rows with `begin` ≤ it < `until`, in order of (begin, latest,
 * position). Reading 11 of docs/adr/0002.
 */
import type { Instant } from './development.js';
import { counts, isActual, type Item } from './item.js';
import { countPassing, emptyRow, rangeOf, replaceRange, type Row } from './row.js';
import type { Note } from './state.js';

export interface NoteKey {
  position: number;
  begin: Instant;
}

export interface NoteRow extends NoteKey {
  until: Instant;
  earliest: Instant;
  latest: Instant;
  note: Note;
}

/** How many notes, and how many upcoming ones, stand beside a state. */
export const mostNotes = 5;

/** The rows of a development: none where it is actual, does not count, or is not there. */
export function noteRows(item: Item | null): NoteRow[] {
  if (!isNote(item)) return [];
  const { id, position, bounds, content } = item;
  const { earliest, latest } = bounds;
  const { mode, type, title, occurred } = content;
  const note: Note = { id, mode, type, title, occurred, bounds };
  const row = (begin: Instant, until: Instant) => ({ position, begin, until, earliest, latest, note });
  if (earliest === -Infinity) return [row(-Infinity, latest), row(latest, Infinity)];
  return [row(earliest, Infinity)];
}

function isNote(item: Item | null): item is Item {
  return item !== null && !isActual(item) && counts(item);
}

interface ChangedNotes {
  closedNotes: readonly NoteKey[];
  openedNotes: readonly NoteRow[];
}

const unchanged: ChangedNotes = { closedNotes: [], openedNotes: [] };

/** What of the notes is gone and what is new when one development becomes another. */
export function changedNotes(gone: Item | null, come: Item | null): ChangedNotes {
  if (!isNote(gone) && !isNote(come)) return unchanged;
  const [before, after] = [noteRows(gone), noteRows(come)];
  if (JSON.stringify(before) === JSON.stringify(after)) return unchanged;
  return { closedNotes: before.map(({ position, begin }) => ({ position, begin })), openedNotes: after };
}

/** The rows of a matter, to be asked at any instant; each list in order of (begin, latest, position). */
export interface OrderedNotes {
  /** The undated before their last possible moment; those for which that comes first stand first. */
  readonly background: Row<NoteRow>;
  readonly dated: Row<NoteRow>;
  /** Of the dated: what is planned, and has an earliest moment. */
  readonly planned: Row<NoteRow>;
}

export function orderNotes(rows: readonly NoteRow[]): OrderedNotes {
  const sorted = [...rows].sort(compareRows);
  const those = (of: (row: NoteRow) => boolean) => replaceRange(emptyRow<NoteRow>(), 0, 0, sorted.filter(of));
  return {
    background: those(({ begin }) => begin === -Infinity),
    dated: those(({ begin }) => begin !== -Infinity),
    planned: those(({ note, earliest }) => note.mode === 'planned' && earliest !== -Infinity),
  };
}

/** The notes at an instant. */
export function noteRowsAt({ background, dated }: OrderedNotes, asOf: Instant): NoteRow[] {
  const over = countPassing(background, ({ until }) => until <= asOf);
  const begun = countPassing(dated, ({ begin }) => begin <= asOf);
  const still = rangeOf(background, Math.max(over, background.length - mostNotes), background.length);
  return [...still, ...rangeOf(dated, Math.max(0, begun - mostNotes), begun)].slice(-mostNotes);
}

/** What is planned for later than an instant, the next first. */
export function upcomingRowsAt({ planned }: OrderedNotes, asOf: Instant): NoteRow[] {
  const begun = countPassing(planned, ({ begin }) => begin <= asOf);
  return rangeOf(planned, begun, Math.min(begun + mostNotes, planned.length));
}

function compareRows(a: NoteRow, b: NoteRow): number {
  // Two backgrounds begin at the same −∞, whose difference is no number.
  const order = a.begin === b.begin ? 0 : a.begin - b.begin;
  return order || a.latest - b.latest || a.position - b.position;
}
