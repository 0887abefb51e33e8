/**
 * An immutable list in blocks: those before the last are full. Adding to the end of its newest version pushes onto the
 * last block, which older versions share and see only up to their own length; any other change copies from the block
 * on in which it begins. What comes late into a long list copies its end and not all of it.
 */
export interface Row<T> {
  readonly before: readonly (readonly T[])[];
  /** What follows them, and perhaps more than is in this version. */
  readonly last: T[];
  readonly length: number;
}

const blockLength = 64;

export function emptyRow<T>(): Row<T> {
  return { before: [], last: [], length: 0 };
}

/** The element at an index from 0 to below the length. */
export function elementAt<T>({ before, last }: Row<T>, index: number): T {
  const block = Math.floor(index / blockLength);
  return block < before.length ? before[block]![index % blockLength]! : last[index - lengthOf(before)]!;
}

/** Undefined where there is none. */
export function lastOf<T>(row: Row<T>): T | undefined {
  return row.length === 0 ? undefined : elementAt(row, row.length - 1);
}

/** The row with one element more. */
export function addTo<T>(row: Row<T>, element: T): Row<T> {
  const { before, last, length } = row;
  // An empty block is everybody's, and what is longer than this version is another's.
  if (length === 0 || last.length > length - lengthOf(before))
    return replaceRange(row, length, length, [element]);
  if (last.length < blockLength) return { before, last, length: lengthOf(before) + last.push(element) };
  return { before: [...before, last], last: [element], length: length + 1 };
}

/** The row with `elements` in the place of those from `from` up to `to`. */
export function replaceRange<T>(row: Row<T>, from: number, to: number, elements: readonly T[]): Row<T> {
  const kept = Math.min(row.before.length, Math.floor(from / blockLength));
  const before = row.before.slice(0, kept);
  const rest = rangeOf(row, lengthOf(before), from).concat(elements, rangeOf(row, to, row.length));
  const length = lengthOf(before) + rest.length;
  // Where nothing is left behind the blocks, the last of them is the last; it is full, so nothing is pushed onto it.
  if (rest.length === 0) return { last: (before.pop() as T[] | undefined) ?? [], before, length };
  let at = 0;
  for (; rest.length - at > blockLength; at += blockLength) before.push(rest.slice(at, at + blockLength));
  return { before, last: at === 0 ? rest : rest.slice(at), length };
}

/** Those from index `from` up to, not including, `to`. */
export function rangeOf<T>({ before, last }: Row<T>, from: number, to: number): T[] {
  const first = Math.floor(from / blockLength);
  const end = last.slice(Math.max(0, from - lengthOf(before)), Math.max(0, to - lengthOf(before)));
  if (first >= before.length) return end;
  return before
    .slice(first, Math.ceil(to / blockLength))
    .flatMap((block, n) => block.slice(n === 0 ? from % blockLength : 0, to - (first + n) * blockLength))
    .concat(end);
}

/** How many elements pass, where those that pass come before those that do not. */
export function countPassing<T>(row: Row<T>, passes: (element: T) => boolean): number {
  const { length } = row;
  // Most questions are about the end.
  if (length === 0 || passes(elementAt(row, length - 1))) return length;
  let [low, high] = [0, length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(elementAt(row, middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function listOf<T>(row: Row<T>): T[] {
  return rangeOf(row, 0, row.length);
}

function lengthOf(blocks: readonly unknown[]): number {
  return blocks.length * blockLength;
}
