import { type EntryFields, parseObject, type StoredEntry } from '#libs/ledger';
import { leafHash } from '#libs/transparency';
import { isPlace, openEntry, openPayload, type Refuse } from '../sealed-bytes.js';
import { ArchiveRefused } from './archive-refused.js';
import { behindPayload, payloadBegins, payloadLine } from './layout.js';

/** An entry as it was stored. */
export interface ArchivedEntry extends StoredEntry {
  /** The id that it redacts; null for everything but a redaction whose words are there. */
  redacts: string | null;
}

/** An entry and the line that says what it commits to; they must agree. @throws ArchiveRefused */
export function readEntry(bytes: Buffer, line: Buffer, timeline: string, position: number): ArchivedEntry {
  const refuse = (reason: string) => new ArchiveRefused(reason, position);
  const fields = openEntry(bytes, { timeline, position }, refuse);
  const said = parseObject(line);
  if (!said) throw refuse('its line is no JSON object');
  const committed =
    said['payload'] === null ? readHole(said, refuse) : readPayload(said, line, fields, refuse);
  const { recordedAt } = fields;
  const stored = { position, recordedAt, entry: Buffer.from(bytes), leafHash: leafHash(bytes), ...committed };
  if (!payloadLine(stored).equals(line)) throw refuse('its line is not as an export writes it');
  return stored;
}

type Committed = Pick<ArchivedEntry, 'id' | 'stream' | 'version' | 'payload' | 'salt' | 'redacts'>;

function readHole({ id, matter, version }: Record<string, unknown>, refuse: Refuse): Committed {
  if (!isPlace({ id, matter, version })) {
    throw refuse('its content is missing, and its line does not tell its id, matter and version');
  }
  const place = { id: id as string, stream: matter as string, version: version as number };
  return { ...place, payload: null, salt: null, redacts: null };
}

function readPayload(
  said: Record<string, unknown>,
  line: Buffer,
  { position, payloadDigest }: EntryFields,
  refuse: Refuse,
): Committed {
  const base64 = String(said['salt']);
  const behind = Buffer.byteLength(behindPayload(position, base64));
  const payload = Buffer.from(line.subarray(payloadBegins.length, line.length - behind));
  const salt = Buffer.from(base64, 'base64');
  const content = openPayload(payload, salt, payloadDigest, refuse);
  const { id, matter, version } = content;
  const redacts = content.type === 'record.redacted' && 'target' in content ? content.target : null;
  return { id, stream: matter, version, payload, salt, redacts };
}
