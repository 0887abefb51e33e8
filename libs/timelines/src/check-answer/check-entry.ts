import { parseInstant } from '#libs/chronology';
import { canonicalJson, entryBytes, payloadDigest, type StoredEntry } from '#libs/ledger';
import { type Checkpoint, fromBase64, hashSize, leafHash, verifyInclusion } from '#libs/transparency';
import { readRecorded } from '#libs/situations';
import type { ProvenEntry } from '../prove-matter/proven-matter.js';
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
  const fields = parseObject(entry);
  const { recordedBy } = fields ?? {};
  const digest = fromBase64(String(fields?.['payloadDigest']));
  const recordedAt = parseInstant(String(fields?.['recordedAt']));
  if (digest?.length !== hashSize || recordedAt === undefined || typeof recordedBy !== 'string') {
    throw refuse('its entry is not one that this format has');
  }
  if (!entryBytes({ timeline, position, recordedAt, recordedBy, payloadDigest: digest }).equals(entry)) {
    throw refuse(`its entry is not one of ${timeline} at this position, spelled canonically`);
  }
  const leaf = leafHash(entry);
  const hashes = proven.hashes.map((hash) => bytesOf(hash, position));
  const sealed = { position, recordedAt, entry, leafHash: leaf };
  const content = redacted
    ? destroyed(proven, redacted, matter)
    : contentOf(proven, digest, (reason) => refuse(reason));
  if (!verifyInclusion(BigInt(position), size, leaf, hashes, root)) {
    throw refuse('its hashes do not lead from its entry to the root of the checkpoint');
  }
  const stored = { ...sealed, ...content };
  if (!canBeRead(stored)) throw refuse('its payload is no development');
  return stored;
}

function canBeRead(stored: StoredEntry): boolean {
  try {
    readRecorded(stored);
    return true;
  } catch {
    return false;
  }
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

function contentOf(proven: ProvenEntry, digest: Buffer, refuse: (reason: string) => AnswerWrong) {
  if (proven.payload === null || proven.salt === null) {
    throw refuse('its content is missing, and no redaction is named');
  }
  const payload = bytesOf(proven.payload, proven.position);
  const salt = bytesOf(proven.salt, proven.position);
  if (salt.length !== hashSize || !payloadDigest(salt, payload).equals(digest)) {
    throw refuse('salt and payload do not have the digest in the entry');
  }
  const content = parseObject(payload);
  if (!content || canonicalJson(content) !== payload.toString()) {
    throw refuse('its payload is not canonical JSON');
  }
  const { id, matter, version, type } = content;
  if (![id, matter, type].every((each) => typeof each === 'string') || !Number.isSafeInteger(version)) {
    throw refuse('its payload is no development');
  }
  return { id: id as string, stream: matter as string, version: version as number, payload, salt };
}

function bytesOf(base64: string, position: number): Buffer {
  const bytes = fromBase64(base64);
  if (!bytes) throw new AnswerWrong('something of it is not standard base64', position);
  return bytes;
}

/** Undefined for what is no JSON object in UTF-8. */
function parseObject(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
