import type { Pool } from 'pg';
import { beginOf, compareItems, counts, type Instant, isDesk } from '#libs/chronology';
import { readIds, readPositions, type StoredEntry } from '#libs/ledger';
import { developmentsBegun, indexLog, readRecorded } from '#libs/situations';
import { itemsKnown } from '../items-known.js';

/** After `after` and not after `upTo` on the world's clock, as known at position `knownAt`. */
export interface Stretch {
  after: Instant;
  upTo: Instant;
  knownAt: number;
}

/**
 * By matter, the developments that count and begin within a stretch of the world's clock, and those of the ids in
 * `certain`, which became certain in it, in fold order; of each matter those of the last `most` to begin. Look-ups by
 * key, whatever else was recorded of the matters.
 */
export async function worldCauses(
  readers: Pool,
  timeline: string,
  matters: string[],
  stretch: Stretch,
  certain: string[],
  most: number,
): Promise<Map<string, StoredEntry[]>> {
  if (matters.length === 0) return new Map();
  await indexLog(readers, timeline, stretch.knownAt + 1);
  const begun = await developmentsBegun(readers, timeline, matters, stretch, most);
  // A development stands there by its own bounds, or by those that a correction gave it.
  const named = (await readPositions(readers, timeline, begun)).map((entry) => targetOf(entry) ?? entry.id);
  const entries = await readIds(readers, timeline, [...new Set([...named, ...certain])]);
  const items = await itemsKnown(readers, timeline, entries, stretch.knownAt);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const causes = new Map<string, StoredEntry[]>();
  for (const item of [...items.values()].sort(compareItems)) {
    const begins = beginOf(item);
    const isNew = begins > stretch.after && begins <= stretch.upTo;
    if (!counts(item) || !(isNew || certain.includes(item.id))) continue;
    const { matter } = item.content;
    causes.set(matter, [...(causes.get(matter) ?? []), byId.get(item.id)!]);
  }
  return causes;
}

function targetOf(entry: StoredEntry): string | undefined {
  const content = readRecorded(entry)?.content;
  return content && isDesk(content) ? content.target : undefined;
}
