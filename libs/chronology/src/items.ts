/**
 * The developments of a matter in order of arrival, found by id: an immutable list like a Row. Only the desk asks
 * for one by its id, and most matters are never decided about: they are indexed when one is first asked for.
 */
import type { Item } from './item.js';
import { addTo, elementAt, emptyRow, replaceRange, type Row } from './row.js';

export interface Items {
  readonly row: Row<Item>;
  readonly index: Index;
}

/** Where ids stand: of a row and of those that went on with it, one after the other. */
interface Index {
  /** Of the first `covered` items; null until one is asked for. */
  places: Map<string, number> | null;
  covered: number;
  /** The last of these rows: only what goes on with this one shares the index. */
  newest: Row<Item>;
}

export function noItems(): Items {
  return unindexed(emptyRow());
}

export function findIn({ row, index }: Items, id: string): Item | undefined {
  const at = placesIn(index, row).get(id);
  return at !== undefined && at < row.length ? elementAt(row, at) : undefined;
}

export function addItem({ index, row }: Items, item: Item): Items {
  const added = addTo(row, item);
  if (index.newest !== row) return unindexed(added);
  index.newest = added;
  return { row: added, index };
}

/** Puts a revised development in the place of the one with its id. */
export function replaceItem({ row, index }: Items, item: Item): Items {
  const at = placesIn(index, row).get(item.id)!;
  return unindexed(replaceRange(row, at, at + 1, [item]));
}

/** Where the row has let go of its beginning, nobody may ask for an id. */
export function unindexed(row: Row<Item>): Items {
  return { row, index: { places: null, covered: 0, newest: row } };
}

/** Of all of the row's items, and perhaps of some that came after them. */
function placesIn(index: Index, row: Row<Item>): Map<string, number> {
  const places = (index.places ??= new Map());
  for (; index.covered < row.length; index.covered++) {
    places.set(elementAt(row, index.covered).id, index.covered);
  }
  return places;
}
