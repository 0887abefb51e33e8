/**
 * An immutable list. Adding to the end of its newest version pushes onto an array that older versions share
 * and see only up to their own length; any other change copies.
 */
export interface Row<T> {
  readonly shared: T[];
  readonly length: number;
}

export function emptyRow<T>(): Row<T> {
  return { shared: [], length: 0 };
}

/** The row with one element more. */
export function addTo<T>(row: Row<T>, element: T): Row<T> {
  const { shared, length } = row;
  if (length === 0) return { shared: [element], length: 1 };
  if (shared.length > length) return replaceRange(row, length, length, [element]);
  return { shared, length: shared.push(element) };
}

/** The row with `elements` in the place of those from `from` up to `to`. */
export function replaceRange<T>(row: Row<T>, from: number, to: number, elements: readonly T[]): Row<T> {
  const { shared, length } = row;
  // The array of an empty row is everybody's.
  if (length === 0) return { shared: elements.slice(), length: elements.length };
  if (from < length || shared.length > length) {
    const copy = shared.slice(0, from).concat(elements, shared.slice(to, length));
    return { shared: copy, length: copy.length };
  }
  for (const element of elements) shared.push(element);
  return { shared, length: shared.length };
}

/** How many elements pass, where those that pass come before those that do not. */
export function countPassing<T>({ shared, length }: Row<T>, passes: (element: T) => boolean): number {
  // Most questions are about the end.
  if (length === 0 || passes(shared[length - 1]!)) return length;
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(shared[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function listOf<T>({ shared, length }: Row<T>): T[] {
  return shared.slice(0, length);
}
