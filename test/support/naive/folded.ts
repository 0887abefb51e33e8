/** Which developments a question folds, and in what order: time.md "The fold". */
import type { KindTable, Recorded } from '#libs/chronology';
import { effective } from './effective.js';
import type { Counted } from './effective.js';

/** Effective developments with earliest ≤ asOf, of every mode, in the order (begin, latest, position). */
export function folded(ledger: Recorded[], matter: string, asOf: number, knownAt: number): Counted[] {
  return effective(ledger, matter, knownAt)
    .filter(({ bounds }) => bounds.earliest <= asOf)
    .sort(
      (a, b) =>
        ascending(begin(a, asOf), begin(b, asOf)) ||
        ascending(a.bounds.latest, b.bounds.latest) ||
        ascending(a.position, b.position),
    );
}

/** An undated development is background until its last possible moment, and news at that moment. */
function begin({ bounds }: Counted, asOf: number): number {
  if (bounds.earliest !== -Infinity) return bounds.earliest;
  return bounds.latest > asOf ? -Infinity : bounds.latest;
}

/** Not a subtraction: −∞ less −∞ is not a number. */
export function ascending(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Ids folded, notes included, in fold order. */
export function naiveFolded(
  ledger: Recorded[],
  _kinds: KindTable,
  matter: string,
  asOf: number,
  knownAt: number,
): string[] {
  return folded(ledger, matter, asOf, knownAt).map(({ content }) => content.id);
}
