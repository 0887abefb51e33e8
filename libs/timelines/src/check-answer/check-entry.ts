import type { StoredEntry } from '#libs/ledger';
import { type Checkpoint, fromBase64, leafHash, verifyInclusion } from '#libs/transparency';
import type { ProvenEntry } from '../proven-matter.js';
import { openEntry, openPayload, type Refuse } from '../sealed-bytes.js';
import { AnswerWrong } from './answer-wrong.js';

/**
 * One entry of an answer, recomputed: the digest of its payload, the entry that holds the digest, the leaf over that, and
 * the way from the leaf to the root. Of what is destroyed, id, version and stream are what the answer says.
 * @throws AnswerWrong
 */
export function checkEntry(
  proven: ProvenEntry,
  { timeline, matter }: { timeline: string; matter: string },
  { size, root }: Checkpoint,
): StoredEntry {
  const { position, redacted } = proven;
  const refuse = (reason: string) => new AnswerWrong(reason, position);
  const entry = bytesOf(proven.entry, position);
  const { recordedAt, payloadDigest } = openEntry(entry, { timeline, position }, refuse);
  const leaf = leafHash(entry);
  const hashes = proven.hashes.map((hash) => bytesOf(hash, position));
  const sealed = { position, recordedAt, entry, leafHash: leaf };
  const content = redacted ? destroyed(proven, redacted, matter) : contentOf(proven, payloadDigest, refuse);
  if (!verifyInclusion(BigInt(position), size, leaf, hashes, root)) {
    throw refuse('its hashes do not lead from its entry to the root of the checkpoint');
  }
  return { ...sealed, ...content };
}

function destroyed(
  { position, payload, salt }: ProvenEntry,
  { id, version }: NonNullable<ProvenEntry['redacted']>,
  stream: string,
) {
  if (payload !== null || salt !== null)
    throw new AnswerWrong('its content is there, and called redacted', position);
  return { id, version, stream, payload, salt };
}

function contentOf(proven: ProvenEntry, digest: Buffer, refuse: Refuse) {
  if (proven.payload === null || proven.salt === null) {
    throw refuse('its content is missing, and no redaction is named');
  }
  const payload = bytesOf(proven.payload, proven.position);
  const salt = bytesOf(proven.salt, proven.position);
  const { id, matter, version } = openPayload(payload, salt, digest, refuse);
  return { id, stream: matter, version, payload, salt };
}

function bytesOf(base64: string, position: number): Buffer {
  const bytes = fromBase64(base64);
  if (!bytes) throw new AnswerWrong('something of it is not standard base64', position);
  return bytes;
}
