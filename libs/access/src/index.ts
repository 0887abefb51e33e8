// Who may do what: keys, the grants they stand for, and the trail of what the gate let by and what it did not.
// It refuses to know HTTP (routes are strings that it keeps) and news (timelines are names).
export { KeyEnded, KeyTooWide, UnknownKey } from './errors.js';
export { FailedCalls } from './failed-calls.js';
export { findUsableKey, hasKeys, hasUsableAdmin } from './find-keys.js';
export { type GateAction, gateActions, type GateEvent, recordGateEvent } from './gate-event.js';
export { type Access, openAccess } from './open-access.js';
export {
  type Actor,
  commandLine,
  KeyBook,
  type KeyRequest,
  longestOverlap,
  type NewKey,
} from './key-book.js';
export { type KeyRecord, readKeys } from './key-record.js';
export { findKeyText, isKeyText, keyDigest, makeKeyText } from './key-text.js';
export { Keyring } from './keyring.js';
export { type GateEventRow, readGateEvents } from './read-gate-events.js';
export { covers, type Grant, isWithin, type Role, roles, type Scope } from './role.js';
