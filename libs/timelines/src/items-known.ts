import type { Pool } from 'pg';
import {
  decide,
  type DeskContent,
  isWorld,
  type Item,
  itemOf,
  type Recorded,
  type WorldContent,
} from '#libs/chronology';
import { readPositions, type StoredEntry } from '#libs/ledger';
import { decisionsAboutEach, readRecorded } from '#libs/situations';

/** By id, the world developments among some entries as the desk had left them at position `knownAt`. */
export async function itemsKnown(
  readers: Pool,
  timeline: string,
  entries: StoredEntry[],
  knownAt: number,
): Promise<Map<string, Item>> {
  const known = entries.filter(({ position }) => position <= knownAt);
  const targets = known.map(({ position }) => position);
  const about = await decisionsAboutEach(readers, timeline, targets, knownAt + 1);
  return itemsAfter(known, await readPositions(readers, timeline, about));
}

/** By id, the world developments among some entries, with these decisions of the desk, in order, laid over them. */
export function itemsAfter(entries: StoredEntry[], decisions: StoredEntry[]): Map<string, Item> {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    const recorded = readRecorded(entry);
    if (recorded === null || !isWorld(recorded.content)) continue;
    items.set(entry.id, itemOf(recorded as Recorded<WorldContent>));
  }
  for (const decision of decisions) {
    const recorded = readRecorded(decision) as Recorded<DeskContent> | null;
    const item = recorded && items.get(recorded.content.target);
    if (item) items.set(item.id, decide(item, recorded));
  }
  return items;
}
