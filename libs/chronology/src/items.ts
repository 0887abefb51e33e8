/** The developments of a matter in order of arrival, found by id: an immutable list like a Row. */
import type { Item } from './item.js';
import { emptyRow, listOf, replaceRange, type Row } from './row.js';

export interface Items {
  readonly row: Row<Item>;
  /** Where an id stands. Shared like the row's array, so what lies beyond the row's end is not there. */
  readonly index: Map<string, number>;
}

export function noItems(): Items {
  return { row: emptyRow(), index: new Map() };
}

export function findIn({ index, row }: Items, id: string): Item | undefined {
  const at = index.get(id);
  return at !== undefined && at < row.length ? row.shared[at] : undefined;
}

export function addItem({ index, row }: Items, item: Item): Items {
  const added = replaceRange(row, row.length, row.length, [item]);
  if (added.shared !== row.shared) return indexed(added);
  index.set(item.id, row.length);
  return { row: added, index };
}

/** Puts a revised development in the place of the one with its id. */
export function replaceItem({ index, row }: Items, item: Item): Items {
  const at = index.get(item.id)!;
  return indexed(replaceRange(row, at, at + 1, [item]));
}

function indexed(row: Row<Item>): Items {
  return { row, index: new Map(listOf(row).map(({ id }, at) => [id, at])) };
}
