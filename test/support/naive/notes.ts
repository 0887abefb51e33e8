/** The dated notes beside a state: time.md "The fold", ADR 0002 reading 11. */
import type { KindTable, Note, Recorded } from '#libs/chronology';
import { effective } from './effective.js';
import type { Counted } from './effective.js';
import { ascending, folded } from './folded.js';

/** The last five folded developments that are not actual, in fold order. */
export function naiveNotes(
  ledger: Recorded[],
  _kinds: KindTable,
  matter: string,
  asOf: number,
  knownAt: number,
): Note[] {
  const notes = folded(ledger, matter, asOf, knownAt).filter(({ content }) => content.mode !== 'actual');
  return notes.slice(-5).map(noteOf);
}

/** The next five planned developments, by (earliest, latest, position). */
export function naiveUpcoming(
  ledger: Recorded[],
  _kinds: KindTable,
  matter: string,
  asOf: number,
  knownAt: number,
): Note[] {
  return effective(ledger, matter, knownAt)
    .filter(({ content, bounds }) => content.mode === 'planned' && bounds.earliest > asOf)
    .sort(
      (a, b) =>
        ascending(a.bounds.earliest, b.bounds.earliest) ||
        ascending(a.bounds.latest, b.bounds.latest) ||
        ascending(a.position, b.position),
    )
    .slice(0, 5)
    .map(noteOf);
}

function noteOf({ content: { id, mode, type, title, occurred }, bounds }: Counted): Note {
  return { id, mode, type, title, occurred, bounds };
}
