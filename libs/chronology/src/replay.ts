/**
 * The fold with nothing kept: a matter's raw entries in, its state at one instant out. It knows no slots and
 * no accounts, so it is what tests hold an answer from either against; no answer comes from it.
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
  const run = runOf(foldedFrom(entries, asOf));
  return run === null ? null : stateOf([run], kinds);
}

/** The developments folded at `asOf`, notes included, in fold order; no state is drawn for it. */
export function foldedFrom(entries: Iterable<Recorded>, asOf: Instant): Item[] {
  return foldedOf(itemsAfter(entries), asOf);
}

/** Those of these developments that are folded at `asOf`, in fold order. */
export function foldedOf(items: Iterable<Item>, asOf: Instant): Item[] {
  const background: Item[] = [];
  const begun: Item[] = [];
  for (const item of items) {
    if (!counts(item)) continue;
    if (beginOf(item) <= asOf) begun.push(item);
    else if (isUndated(item)) background.push(item);
  }
  return [...background.sort(compareItems), ...begun.sort(compareItems)];
}

/** Where an id stands is looked up for the desk alone: most matters are never decided about. */
function itemsAfter(entries: Iterable<Recorded>): Item[] {
  const items: Item[] = [];
  let index: Map<string, number> | null = null;
  for (const entry of entries) {
    const { content } = entry;
    if (isWorld(content)) {
      index?.set(content.id, items.length);
      items.push(itemOf(entry as Recorded<WorldContent>));
    } else if (isDesk(content)) {
      index ??= new Map(items.map(({ id }, at) => [id, at]));
      const at = index.get(content.target);
      if (at !== undefined) items[at] = decide(items[at]!, entry as Recorded<DeskContent>);
    }
  }
  return items;
}
