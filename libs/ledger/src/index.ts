// The append-only log on Postgres, one for each timeline: appending, reading, following.
// It refuses to know news: an entry is bytes in a stream, and what is derived from it is a companion's affair.
export { Allowance } from './allowance.js';
export { queueLimit } from './appender.js';
export { int8Array, putArray } from './binary-array.js';
export { canonicalJson } from './canonical-json.js';
export { completeTiles } from './complete-tiles.js';
export { CommitHints } from './commit-hints.js';
export { eachStream, type StreamTexts } from './each-stream.js';
export { EndToEnd } from './end-to-end.js';
export { type EntryFields, entryBytes, payloadDigest } from './entry.js';
export {
  ConflictingId,
  GroupRefused,
  IdTwice,
  LedgerBusy,
  NothingToDestroy,
  RecordedTooLate,
  UnknownTimeline,
  VersionMismatch,
} from './errors.js';
export { follow } from './follow.js';
export { openLedger, readHead, type Head } from './head.js';
export { inTurns } from './in-turns.js';
export { ledgerNames, tracedNames } from './ledger-names.js';
export { type PackedColumns, packedRows, packRows } from './packed-rows.js';
export { Ledger, type LedgerSettings, tuneForAppends } from './ledger.js';
export {
  noPart,
  type Appended,
  type BatchPart,
  type Companion,
  type Place,
  type Proposal,
  type StoredEntry,
  type TimelineCompanion,
} from './proposal.js';
export {
  positionAt,
  readIds,
  pageBytes,
  readPage,
  readPositions,
  readRange,
  readStretch,
  readStreams,
  readStreamVersions,
  readTexts,
  recordedAtOf,
  streamsBetween,
} from './read-entries.js';
export { isCanonical, parseObject } from './read-bytes.js';
export {
  type AuditedEntry,
  countOutside,
  firstFrom,
  ledgerEnd,
  readForAudit,
  type RepeatedId,
  repeatedIds,
  streamBegin,
} from './read-for-audit.js';
export { readEntries, readLeafHash, tileReader, TilesMissing } from './read-tiles.js';
export { freshRandomBytes } from './random-bytes.js';
export { readRedactions } from './redact.js';
export { RecentMap } from './recent-map.js';
export { Rehearsal } from './rehearsal.js';
export { restoreEntries } from './restore-entries.js';
export { Run } from './run.js';
export { isTileLost, readTileRow, type StoredTile, tilesOutside } from './tiles-for-audit.js';
export { shortStreamsBehind, streamsBehind } from './streams-behind.js';
export { Undo } from './undo.js';
