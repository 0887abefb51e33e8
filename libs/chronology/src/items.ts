/**
 * The developments of a matter in order of arrival, found by id: an immutable list like a Row. Only the desk asks
 * for one by its id, and most matters are never decided about: they are indexed when one is first asked for.
 */
import type { Item } from './item.js';
import { addTo, emptyRow, replaceRange, type Row } from './row.js';

export interface Items {
  readonly row: Row<Item>;
  readonly index: Index;
}

/** Shared like the row's array, so what lies beyond a row's end is not in it. */
interface Index {
  /** Where an id stands; null until one is asked for. */
  places: Map<string, number> | null;
}

export function noItems(): Items {
  return unindexed(emptyRow());
}

export function findIn({ index, row }: Items, id: string): Item | undefined {
  const at = placesOf(index, row).get(id);
  return at !== undefined && at < row.length ? row.shared[at] : undefined;
}

export function addItem({ index, row }: Items, item: Item): Items {
  const added = addTo(row, item);
  if (added.shared !== row.shared) return unindexed(added);
  index.places?.set(item.id, row.length);
  return { row: added, index };
}

/** Puts a revised development in the place of the one with its id. */
export function replaceItem({ index, row }: Items, item: Item): Items {
  const at = placesOf(index, row).get(item.id)!;
  return unindexed(replaceRange(row, at, at + 1, [item]));
}

function unindexed(row: Row<Item>): Items {
  return { row, index: { places: null } };
}

/** Of all that the shared array holds: later versions go on with the same index. */
function placesOf(index: Index, { shared }: Row<Item>): Map<string, number> {
  return (index.places ??= new Map(shared.map(({ id }, at) => [id, at])));
}
