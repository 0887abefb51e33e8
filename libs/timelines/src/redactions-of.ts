import type { Pool } from 'pg';
import { readPositions, readRedactions, type StoredEntry } from '#libs/ledger';

/** By the position of an entry whose content is destroyed: the redaction that did it. */
export type Redactions = ReadonlyMap<number, StoredEntry>;

const none: Redactions = new Map();

/** The redactions of those among these entries whose content is destroyed; asks nothing where there are none. */
export async function redactionsOf(
  readers: Pool,
  timeline: string,
  entries: StoredEntry[],
): Promise<Redactions> {
  const destroyed = entries.filter(({ payload }) => payload === null).map(({ position }) => position);
  if (destroyed.length === 0) return none;
  const by = await readRedactions(readers, timeline, destroyed);
  const redactions = await readPositions(readers, timeline, [...new Set(by.values())]);
  const at = new Map(redactions.map((entry) => [entry.position, entry]));
  return new Map([...by].map(([position, redaction]) => [position, at.get(redaction)!]));
}
