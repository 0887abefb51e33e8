/**
 * The fold with nothing kept: a matter's raw entries in, its state at one instant out. It knows no slots and
 * no accounts, so it is what an answer from either can be held against, and the quickest way to only one.
 */
import {
  isDesk,
  isWorld,
  type DeskContent,
  type Instant,
  type Recorded,
  type WorldContent,
} from './development.js';
import { stateOf } from './fold.js';
import { beginOf, compareItems, counts, decide, isUndated, itemOf, type Item } from './item.js';
import type { KindTable } from './kinds.js';
import { runOf } from './run.js';
import type { SlotState } from './state.js';

/**
 * The state at `asOf` after the entries of one matter (those up to the position asked about, in order of
 * it); null where the matter is not in the situation.
 */
export function replay(entries: Iterable<Recorded>, kinds: KindTable, asOf: Instant): SlotState | null {
  const effective = itemsAfter(entries).filter((item) => counts(item) && item.bounds.earliest <= asOf);
  const isBackground = (item: Item) => isUndated(item) && item.bounds.latest > asOf;
  const background = effective.filter(isBackground).sort(compareItems);
  const begun = effective.filter((item) => beginOf(item) <= asOf).sort(compareItems);
  const run = runOf([...background, ...begun]);
  return run === null ? null : stateOf([run], kinds);
}

function itemsAfter(entries: Iterable<Recorded>): Item[] {
  const items = new Map<string, Item>();
  for (const entry of entries) {
    const { content } = entry;
    if (isWorld(content)) items.set(content.id, itemOf(entry as Recorded<WorldContent>));
    else if (isDesk(content)) {
      const target = items.get(content.target);
      if (target) items.set(target.id, decide(target, entry as Recorded<DeskContent>));
    }
  }
  return [...items.values()];
}
