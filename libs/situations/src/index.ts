// The read models on Postgres: each matter's slots on both clocks, the notes beside them, the log's filters.
// They are written in the append's own statement. It refuses to know HTTP and how an answer is shaped.
export { type DueEmbargo, dueEmbargoes, nextEmbargo } from './due-embargoes.js';
export { byMatter } from './by-matter.js';
export { type DecidedRows, decidedRows, type Withheld } from './decided-rows.js';
export { correctedToName } from './corrected-to-name.js';
export { developmentsBegun } from './developments-begun.js';
export { deriveAnew } from './derive-anew.js';
export {
  DeskRefused,
  FoldIsNewer,
  KindDefined,
  MatterHasKind,
  RedactionWouldRelease,
  UnknownKind,
  UnknownTarget,
} from './errors.js';
export { foldPlaces } from './fold-places.js';
export { findDevelopments, type DevelopmentFilter } from './find-developments.js';
export { type IndexRowApart, indexRowsApart } from './index-rows-apart.js';
export { indexLag } from './index-lag.js';
export { indexedSize, indexLog } from './log-index.js';
export { LogIndexer } from './log-indexer.js';
export { foldMatterRows, type MatterRows, type NoteRecord, type SlotRecord } from './matter-rows.js';
export { mattersTurning } from './matters-turning.js';
export { notesAt, type NotesOfMatter, type StoredNote } from './notes-at.js';
export { type Beside, besideAt, type NotesTold, notesTold, readNotes } from './notes-told.js';
export { countParkedMatters, type ParkedMatter, parkedMatters } from './parked-matters.js';
export {
  isRedaction,
  type Payload,
  type EntryToFold,
  readRecorded,
  writeBounds,
  type WrittenBounds,
} from './payload.js';
export { KeptOfAnotherFold, NothingKept, RebuildTakenOver } from './rebuild/errors.js';
export { FoldKeeper } from './rebuild/keep-to-fold.js';
export { dropKept, type RebuildReport, rebuildTimeline, returnToKept } from './rebuild/rebuild-timeline.js';
export type { Progress, RebuildSettings } from './rebuild/settings.js';
export { strayedTimelines } from './rebuild/strayed-timelines.js';
export { refoldMatter } from './refold-matter.js';
export { readDecidedRows, rowsOfNothing } from './read-decided-rows.js';
export { type ModelsPoint, readStanding, type ReadModels, type Standing } from './read-models.js';
export { foldOf, mattersOfNothing, readMatterRows, type StoredMatterRows } from './read-matter-rows.js';
export { situationsCompanion } from './situations-companion.js';
export { differingMatters, type SituationKeys, situationKeys } from './situation-keys.js';
export {
  accountsOfInstant,
  slotsAt,
  slotsOfKindsAt,
  slotsOfMatter,
  slotsOfMattersAt,
  type SlotRow,
} from './slots-at.js';
export type { Stretch } from './stretch.js';
export { subjectsSince } from './subjects-since.js';
export type { Facet } from './terms.js';
export { decisionsAbout, decisionsAboutEach, notWithheld, openPositions, withheldAmong } from './withheld.js';
export { withholdingOf } from './withholding.js';
export { type Known, turnsOfAccount, turnsOfNotes } from './turns-of-account.js';
export { defineKind, kindsOf, readRegistry, Vocabularies, type Vocabulary } from './vocabulary.js';
export type { RecordedRows } from './write-rows.js';
