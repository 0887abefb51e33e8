// Signs what a ledger says of itself, and only what goes on from what was signed before: keys and last checkpoints
// lie in files, outside the database. It refuses to know news, HTTP, and what the entries say.
export { LogInconsistent, SignedUnreadable, SigningKeyUnusable } from './errors.js';
export { KeptCheckpoints } from './kept-checkpoints.js';
export type { LogIdentity } from './log-identity.js';
export { Notary, type SignedCheckpoint } from './notary.js';
export { openSigning, type Signing } from './open-signing.js';
export { SignedBefore } from './signed-before.js';
export { signingKeyOf } from './signing-keys.js';
export { writeOnce, writeUnlessThere } from './write-once.js';
