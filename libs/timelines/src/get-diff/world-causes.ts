import type { Pool } from 'pg';
import { beginOf, compareItems, counts, isDesk } from '#libs/chronology';
import { readIds, readPositions, type StoredEntry } from '#libs/ledger';
import { byMatter, developmentsBegun, indexLog, readRecorded, type Stretch } from '#libs/situations';
import { itemsKnown } from '../items-known.js';

export interface WorldCausesAsked {
  matters: string[];
  stretch: Stretch;
  /** Ids of developments that became certain in the stretch. */
  certain: string[];
  most: number;
}

/**
 * By matter, the developments that count and begin within a stretch of the world's clock, and those that
 * became certain in it, in fold order; of each matter at least those of the last `most` to begin.
 * Look-ups by key, whatever else was recorded of the matters.
 */
export async function worldCauses(
  readers: Pool,
  timeline: string,
  { matters, stretch, certain, most }: WorldCausesAsked,
): Promise<Map<string, StoredEntry[]>> {
  const causes = new Map<string, StoredEntry[]>();
  if (matters.length > 0) await indexLog(readers, timeline, stretch.knownAt + 1);
  // What counts no more, or was moved elsewhere, is read too: where so much is that too few are left, more is read.
  for (let [left, reads] = [matters, most]; left.length > 0; reads *= 4) {
    const begun = await developmentsBegun(readers, timeline, left, stretch, reads);
    const told = await counting(readers, timeline, begun, stretch, certain);
    for (const matter of left) causes.set(matter, told.get(matter) ?? []);
    const read = byMatter(begun);
    left = left.filter(
      (matter) => (read.get(matter)?.length ?? 0) >= reads && causes.get(matter)!.length < most,
    );
  }
  return causes;
}

/** By matter, those among what begins in the stretch that count and begin there as known, and those of `certain`. */
async function counting(
  readers: Pool,
  timeline: string,
  begun: { position: number }[],
  stretch: Stretch,
  certain: string[],
): Promise<Map<string, StoredEntry[]>> {
  const positions = begun.map(({ position }) => position);
  // A development stands there by its own bounds, or by those that a correction gave it.
  const named = (await readPositions(readers, timeline, positions)).map(
    (entry) => targetOf(entry) ?? entry.id,
  );
  const entries = await readIds(readers, timeline, [...new Set([...named, ...certain])]);
  const items = await itemsKnown(readers, timeline, entries, stretch.knownAt);
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  const causes = [...items.values()].sort(compareItems).filter((item) => {
    const isNew = beginOf(item) > stretch.after && beginOf(item) <= stretch.upTo;
    return counts(item) && (isNew || certain.includes(item.id));
  });
  const told = byMatter(causes.map(({ id, content: { matter } }) => ({ matter, entry: byId.get(id)! })));
  return new Map([...told].map(([matter, rows]) => [matter, rows.map(({ entry }) => entry)]));
}

function targetOf(entry: StoredEntry): string | undefined {
  const content = readRecorded(entry)?.content;
  return content && isDesk(content) ? content.target : undefined;
}
