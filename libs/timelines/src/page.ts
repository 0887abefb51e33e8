/** One page of a list, and the cursor that the next one is asked for with. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

/** A page of `limit` out of rows that were asked for with one more, to know whether there is a next page. */
export function pageOf<T>(rows: T[], limit: number, cursor: (last: T) => string): Page<T> {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? cursor(items.at(-1)!) : null };
}
