/**
 * The developments of a matter in order of arrival, found by id. An immutable list: adding to its newest
 * version pushes onto the array that older versions share and see only up to their own length; anything
 * else copies.
 */
import type { Item } from './item.js';

export interface Items {
  readonly length: number;
  readonly shared: Item[];
  readonly index: Map<string, number>;
}

export function noItems(): Items {
  return { length: 0, shared: [], index: new Map() };
}

export function listItems({ shared, length }: Items): Item[] {
  return shared.slice(0, length);
}

export function findIn({ index, shared, length }: Items, id: string): Item | undefined {
  const at = index.get(id);
  return at !== undefined && at < length ? shared[at] : undefined;
}

export function addItem(items: Items, item: Item): Items {
  const { shared, index, length } = items.shared.length === items.length ? items : copy(items);
  shared.push(item);
  index.set(item.id, length);
  return { shared, index, length: length + 1 };
}

/** Puts a revised development in the place of the one with its id. */
export function replaceItem(items: Items, item: Item): Items {
  const copied = copy(items);
  copied.shared[copied.index.get(item.id)!] = item;
  return copied;
}

function copy(items: Items): Items {
  const shared = listItems(items);
  return { shared, index: new Map(shared.map(({ id }, at) => [id, at])), length: shared.length };
}
