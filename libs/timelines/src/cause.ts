import type { Pool } from 'pg';
import { formatInstant, isReasonOpen } from '#libs/chronology';
import { readIds, type StoredEntry } from '#libs/ledger';
import type { Payload } from '#libs/situations';
import { itemsKnown } from './items-known.js';
import { recordedByOf } from './recorded-by.js';
import type { Sight } from './sight.js';

/** A development as what made an answer another: who said or decided it, when, and why. */
export interface Cause {
  id: string;
  type?: string;
  title?: string;
  occurred?: string;
  /** Of a desk development: what it is about. */
  target?: string;
  reason?: string;
  position: number;
  recordedAt: string;
  recordedBy?: string;
  /** Its content was destroyed. */
  redacted?: true;
}

/** What is told of a payload, in this order. */
const told = ['type', 'title', 'occurred', 'target', 'reason'] as const;

type CauseContent = Pick<Payload, 'type'> & { [F in (typeof told)[number]]?: string };

/** Of a redacted one, that it was there. */
export function causeView(entry: StoredEntry, sight: Sight): Cause {
  const { id, position, recordedAt } = entry;
  const content = contentOf(entry);
  const isTold = (field: (typeof told)[number]) =>
    content?.[field] !== undefined && (field !== 'reason' || sight.newsroom || isReasonOpen(content.type));
  return {
    id,
    ...Object.fromEntries(told.filter(isTold).map((field) => [field, content![field]])),
    position,
    recordedAt: formatInstant(recordedAt),
    ...(sight.newsroom && { recordedBy: recordedByOf(entry) }),
    ...(content === null && { redacted: true }),
  };
}

/**
 * As causes of an answer at position `knownAt`. What was withheld then, and what the desk decided about it, is told to
 * those alone who may see it: what was held or released later makes the answer no other.
 */
export async function causeViews(
  readers: Pool,
  timeline: string,
  entries: StoredEntry[],
  knownAt: number,
  sight: Sight,
): Promise<Map<number, Cause>> {
  const hidden = sight.withheld ? new Set() : await withheldThen(readers, timeline, entries, knownAt);
  const seen = entries.filter((entry) => !hidden.has(subjectOf(entry)));
  return new Map(seen.map((entry) => [entry.position, causeView(entry, sight)]));
}

/** Ids of the developments that were held or under embargo. */
async function withheldThen(readers: Pool, timeline: string, entries: StoredEntry[], knownAt: number) {
  const subjects = await readIds(readers, timeline, [...new Set(entries.map(subjectOf))]);
  const items = await itemsKnown(readers, timeline, subjects, knownAt);
  return new Set([...items.values()].filter(({ held, embargoed }) => held || embargoed).map(({ id }) => id));
}

/** The id of what a desk development is about; any other's own. */
function subjectOf(entry: StoredEntry): string {
  return contentOf(entry)?.target ?? entry.id;
}

function contentOf({ payload }: StoredEntry): CauseContent | null {
  return payload === null ? null : (JSON.parse(payload.toString()) as CauseContent);
}
