import { type DeskContent, formatInstant, isReasonOpen } from '#libs/chronology';
import type { StoredEntry } from '#libs/ledger';
import type { Payload, WrittenBounds } from '#libs/situations';
import { recordedByOf } from './recorded-by.js';
import type { Redactions } from './redactions-of.js';
import type { Sight } from './sight.js';

/** A development as it is served: what was sent with its defaults, and what the ledger added. */
export interface FlatDevelopment {
  id: string;
  position: number;
  version: number;
  recordedAt: string;
  recordedBy?: string;
  bounds?: WrittenBounds;
  /** Standard base64. */
  leafHash: string;
  [field: string]: unknown;
}

/** @param redactions of a list of entries with this one, as `redactionsOf` gives them */
export function flatDevelopment(entry: StoredEntry, sight: Sight, redactions: Redactions): FlatDevelopment {
  const { version, bounds, ...content } = (
    entry.payload === null
      ? { id: entry.id, version: entry.version, redacted: redactedView(redactions.get(entry.position)) }
      : JSON.parse(entry.payload.toString())
  ) as Payload;
  // That a development was withheld shows by the decision; why is the newsroom's own affair.
  if (!sight.newsroom && !isReasonOpen(content.type)) delete (content as Partial<DeskContent>).reason;
  return {
    ...content,
    position: entry.position,
    version,
    recordedAt: formatInstant(entry.recordedAt),
    ...(sight.newsroom && { recordedBy: recordedByOf(entry) }),
    ...(bounds && { bounds }),
    leafHash: entry.leafHash.toString('base64'),
  };
}

/** Of content that is destroyed: when, by what authority, and why. */
function redactedView(redaction: StoredEntry | undefined): object {
  if (!redaction?.payload) return {};
  const { id, reason, attribution } = JSON.parse(redaction.payload.toString()) as DeskContent;
  const { position, recordedAt } = redaction;
  return { id, position, recordedAt: formatInstant(recordedAt), reason, attribution };
}
