/**
 * An immutable list in blocks: those before the last are full. Adding to the end of its newest version pushes onto the
 * last block, which older versions share and see only up to their own length; any other change copies from the block
 * on in which it begins. What comes late into a long list copies its end and not all of it. A row may have let go of its
 * beginning: the rest keeps its indexes, and nobody may ask for what is gone.
 */
export interface Row<T> {
  /** How many of the first elements are not held any more. */
  readonly gone: number;
  /** Those that follow, in full blocks. */
  readonly before: readonly (readonly T[])[];
  /** What follows them, and perhaps more than is in this version. */
  readonly last: T[];
  /** With those that are gone. */
  readonly length: number;
}

const blockLength = 64;

export function emptyRow<T>(): Row<T> {
  return { gone: 0, before: [], last: [], length: 0 };
}

/** The element at an index from `gone` to below the length. */
export function elementAt<T>({ gone, before, last }: Row<T>, index: number): T {
  const at = index - gone;
  const block = Math.floor(at / blockLength);
  return block < before.length ? before[block]![at % blockLength]! : last[at - lengthOf(before)]!;
}

/** Undefined where there is none. */
export function lastOf<T>(row: Row<T>): T | undefined {
  return row.length === row.gone ? undefined : elementAt(row, row.length - 1);
}

/** The row with one element more. */
export function addTo<T>(row: Row<T>, element: T): Row<T> {
  const { gone, before, last, length } = row;
  const held = length - gone;
  // An empty block is everybody's, and what is longer than this version is another's.
  if (held === 0 || last.length > held - lengthOf(before))
    return replaceRange(row, length, length, [element]);
  if (last.length === blockLength)
    return { gone, before: [...before, last], last: [element], length: length + 1 };
  last.push(element);
  return { gone, before, last, length: length + 1 };
}

/** The row with `elements` in the place of those from `from` up to `to`; none of them may be gone. */
export function replaceRange<T>(row: Row<T>, from: number, to: number, elements: readonly T[]): Row<T> {
  const { gone } = row;
  const kept = Math.min(row.before.length, Math.floor((from - gone) / blockLength));
  const before = row.before.slice(0, kept);
  const begin = gone + lengthOf(before);
  const rest = rangeOf(row, begin, from).concat(elements, rangeOf(row, to, row.length));
  const length = begin + rest.length;
  // Where nothing is left behind the blocks, the last of them is the last; it is full, so nothing is pushed onto it.
  if (rest.length === 0) return { gone, last: (before.pop() as T[] | undefined) ?? [], before, length };
  return { gone, ...inBlocks(before, rest), length };
}

/** The row without its elements before `index`. */
export function letGoBefore<T>(row: Row<T>, index: number): Row<T> {
  if (index <= row.gone) return row;
  return { gone: index, ...inBlocks([], rangeOf(row, index, row.length)), length: row.length };
}

/** The row with another element for each that it holds. */
export function mapRow<T>(row: Row<T>, map: (element: T) => T): Row<T> {
  const { gone, length } = row;
  return { gone, ...inBlocks([], listOf(row).map(map)), length };
}

/** Those from index `from` up to, not including, `to`. */
export function rangeOf<T>({ gone, before, last }: Row<T>, from: number, to: number): T[] {
  const [start, stop] = [from - gone, to - gone];
  const first = Math.floor(start / blockLength);
  const end = last.slice(Math.max(0, start - lengthOf(before)), Math.max(0, stop - lengthOf(before)));
  if (first >= before.length) return end;
  return before
    .slice(first, Math.ceil(stop / blockLength))
    .flatMap((block, n) => block.slice(n === 0 ? start % blockLength : 0, stop - (first + n) * blockLength))
    .concat(end);
}

/** How many elements pass, where those that pass come before those that do not; what is gone passes. */
export function countPassing<T>(row: Row<T>, passes: (element: T) => boolean): number {
  const { gone, length } = row;
  // Most questions are about the end.
  if (length === gone || passes(elementAt(row, length - 1))) return length;
  let [low, high] = [gone, length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (passes(elementAt(row, middle))) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** All that are held. */
export function listOf<T>(row: Row<T>): T[] {
  return rangeOf(row, row.gone, row.length);
}

function inBlocks<T>(before: readonly (readonly T[])[], rest: T[]): Pick<Row<T>, 'before' | 'last'> {
  if (rest.length <= blockLength) return { before, last: rest };
  const blocks = [...before];
  let at = 0;
  for (; rest.length - at > blockLength; at += blockLength) blocks.push(rest.slice(at, at + blockLength));
  return { before: blocks, last: rest.slice(at) };
}

function lengthOf(blocks: readonly unknown[]): number {
  return blocks.length * blockLength;
}
