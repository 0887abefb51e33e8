// What a development says and what follows from it: kinds, times, the desk's rules, and the fold on two clocks.
// Pure: it refuses to know Nest, Postgres, HTTP and the hour; clock, ids and randomness are arguments.
export { certaintyOf, itemsOf, newestOf, notesAt, slotsOf, upcomingAt, weigh } from './account-answers.js';
export {
  type Account,
  type AccountChange,
  bindingKind,
  findItem,
  openAccount,
  parkingReason,
  record,
} from './account.js';
export { BoundsError, computeBounds, needsReportedAt, resolveInstantOrDate } from './bounds.js';
export { type Difference, diffMatter, diffTotals, type MatterAt, type TotalDifference } from './diff.js';
export { compareAccounts, type StretchApart } from './compare-accounts.js';
export { correctiveLine } from './corrective-line.js';
export { checkDesk, completeWorld, type Refusal } from './desk.js';
export * from './development.js';
export { foldVersion } from './fold-version.js';
export { formatInstant, isCalendarDate, parseInstant } from './instant.js';
export {
  beginOf,
  compareItems,
  comparePlaces,
  counts,
  decide,
  embargoEnd,
  type FoldPlace,
  type Item,
  itemOf,
  placeAt,
} from './item.js';
export * from './kinds.js';
export * from './name-spaces.js';
export { mostNotes, type NoteKey, type NoteRow } from './notes.js';
export { definedKind, definitionFits, isKindDefinition } from './own-kinds.js';
export { type Actor, foldRegistry, type RegisteredPlace, type Registry } from './registry.js';
export { foldedOf, replay } from './replay.js';
export { type Served, servedUntil } from './served.js';
export type { AccountSlot } from './slots.js';
export * from './state.js';
export { isWhole, shorten, suffices } from './shorten.js';
export { type Counted, type TotalRow, totalsOf } from './totals.js';
export { isZone } from './zone.js';
