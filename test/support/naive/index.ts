/**
 * The deliberately naive reference that the fold, the slots and the totals are tested against. It is written
 * from the rules alone, recomputes everything from the raw ledger for every question, and keeps nothing. It
 * refuses to know how the real fold works. `ledger` is one timeline by position, redacted entries left out;
 * `asOf` is an instant in ms, `knownAt` a position.
 */
export { naiveFolded } from './folded.js';
export { naiveNaming } from './naming.js';
export { naiveNotes, naiveUpcoming } from './notes.js';
export { naiveSlots, naiveSlotsAtEach } from './slots.js';
export { naiveState } from './state.js';
export { naiveTotals } from './totals.js';
export type { TotalRow } from './totals.js';
