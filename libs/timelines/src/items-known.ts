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
  const targets = entries.map(({ position }) => position);
  const about = await decisionsAboutEach(readers, timeline, targets, knownAt + 1);
  const decisions = await readPositions(readers, timeline, about);
  const items = new Map<string, Item>();
  for (const entry of entries) {
    const recorded = readRecorded(entry);
    if (entry.position > knownAt || recorded === null || !isWorld(recorded.content)) continue;
    items.set(entry.id, itemOf(recorded as Recorded<WorldContent>));
  }
  for (const decision of decisions) {
    const recorded = readRecorded(decision) as Recorded<DeskContent> | null;
    const item = recorded && items.get(recorded.content.target);
    if (item) items.set(item.id, decide(item, recorded));
  }
  return items;
}
