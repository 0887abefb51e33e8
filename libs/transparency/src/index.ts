// The transparency log's arithmetic, in public formats (RFC 6962, C2SP): what an auditor recomputes.
// It imports node:crypto alone and refuses to know Postgres, HTTP, and what the leaves say.
export { fromBase64 } from './base64.js';
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  readCheckpoint,
} from './checkpoint.js';
export { entryBundle, longestEntry, parseEntryBundle } from './entry-bundle.js';
export { emptyRoot, hashSize, leafHash, nodeHash, sha256 } from './hash.js';
export { NoteRefused, openNote, signNote } from './note.js';
export {
  formatVerifierKey,
  parseVerifierKey,
  publicKeyOf,
  rawPublicKey,
  type SignerKey,
  type VerifierKey,
  verifierKey,
  verifierOf,
} from './note-keys.js';
export { RightEdge } from './right-edge.js';
export {
  hashesOf,
  parseTilePath,
  subtreeRoot,
  type TileName,
  tilePath,
  tileWidth,
  tileWidthAt,
} from './tile.js';
export { type TileReader, TileTree } from './tile-tree.js';
export { formatTlogProof, parseTlogProof, ProofRefused } from './tlog-proof.js';
export { verifyConsistency, verifyInclusion } from './verify-proof.js';
