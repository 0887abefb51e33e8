import { type Bounds, type Content, formatInstant, parseInstant, type Recorded } from '#libs/chronology';
import type { StoredEntry } from '#libs/ledger';

/** Bounds as they stand in a payload and in answers: RFC 3339 UTC, `earliest` null for −∞. */
export interface WrittenBounds {
  earliest: string | null;
  latest: string;
}

/** A payload: what was sent, completed, with what the ledger worked out. */
export type Payload = Content & { version: number; bounds?: WrittenBounds };

export function writeBounds({ earliest, latest }: Bounds): WrittenBounds {
  return {
    earliest: earliest === -Infinity ? null : formatInstant(earliest),
    latest: formatInstant(latest),
  };
}

export function readBounds({ earliest, latest }: WrittenBounds): Bounds {
  return { earliest: earliest === null ? -Infinity : parseInstant(earliest)!, latest: parseInstant(latest)! };
}

/** Of a stored entry what a fold reads: the payload as its bytes or its text, null where the content was destroyed. */
export interface EntryToFold {
  position: number;
  recordedAt: number;
  payload: Buffer | string | null;
}

/** The development in a stored entry; null where its content was destroyed. */
export function readRecorded({ payload, position, recordedAt }: EntryToFold): Recorded | null {
  if (payload === null) return null;
  const { version, content, bounds } = readPayload(payload.toString());
  return { position, recordedAt, version, content, bounds };
}

/** What a payload's text says; its place in the ledger is told elsewhere. */
export function readPayload(text: string): Omit<Recorded, 'position' | 'recordedAt'> {
  const { version, bounds, ...content } = JSON.parse(text) as Payload;
  return { version, content: content as Content, bounds: bounds ? readBounds(bounds) : null };
}

/** What was sent, and with which the development was recorded: a payload without what the ledger worked out. */
export function contentOf(payload: object): object {
  const { version: _version, bounds: _bounds, ...content } = payload as Payload;
  return content;
}

/** Payloads are canonical JSON, without white space: few that hold these bytes say it of something else. */
export function isRedaction({ payload }: StoredEntry): boolean {
  if (!payload?.includes('"type":"record.redacted"')) return false;
  return (JSON.parse(payload.toString()) as Payload).type === 'record.redacted';
}
