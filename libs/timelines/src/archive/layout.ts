import { canonicalJson, type StoredEntry } from '#libs/ledger';
import { type TileName, tilePath } from '#libs/transparency';

/** Where a chunk's payloads lie: beside its entries, under the same name. */
export function payloadsPath(chunk: Pick<TileName, 'index' | 'width'>): string {
  return `payloads/${tilePath({ level: 'entries', ...chunk }).slice('entries/'.length)}.ndjson`;
}

/**
 * One line of a chunk's payloads. The payload is in it byte for byte as it was hashed: it is canonical JSON, and so is
 * the line. Of a redacted entry there is what keeps its place: the id, and the version in its matter.
 */
export function payloadLine({ position, id, stream, version, salt, payload }: StoredEntry): Buffer {
  if (payload === null || salt === null) {
    return Buffer.from(
      `${canonicalJson({ id, matter: stream, payload: null, position, salt: null, version })}\n`,
    );
  }
  return Buffer.concat([
    payloadBegins,
    payload,
    Buffer.from(behindPayload(position, salt.toString('base64'))),
  ]);
}

export const payloadBegins = Buffer.from('{"payload":');

export function behindPayload(position: number, salt: string): string {
  return `,"position":${position},"salt":"${salt}"}\n`;
}

/** What each archive begins with. Its words are part of the format: another text would be another version. */
export const readme = `This is the whole record of one timeline, as Dateline exports it. Format: dateline-archive v1.

timeline.json   what the timeline is called, its time zone, who may read it
checkpoint      the size and root hash of its log, signed (C2SP signed note, tlog-checkpoint)
keys            the keys that checkpoints of this log are signed with, one a line (C2SP verifier keys)
tile/           the log as C2SP tlog-tiles: tile/entries/ are its entries, each behind its length (u16, big-endian),
                the rest are the hashes over them (RFC 6962, SHA-256), 256 to a tile
payloads/       for each bundle of entries, what they commit to: a line for each, {"payload":…,"position":…,"salt":…}

Entry number n says its timeline, position n, when and by which key it was recorded, and
payloadDigest = base64(SHA-256(salt || payload)), where payload is the bytes between {"payload": and ,"position": in
its line. A line with "payload":null is of an entry whose content was destroyed by law; a record.redacted further down
names its id. Nothing else may be missing.

To check all of it without trusting whoever gave it to you: node verify-archive.mjs FILE (docs/audit in the source of
Dateline; it shares no code with it), with --key KEY where you know the key from elsewhere.
`;
