/** Arrays in Postgres' binary form (array_recv): pg itself would print their values, and Postgres parse them. */
import type { EndToEnd } from './end-to-end.js';

/** Of the values' type, in pg_type. */
export const oids = { int8: 20, text: 25, tsvector: 3614 } as const;

const headLength = 20;
const nullLength = -1;

/** Whole numbers below 2^53, and nulls, as `int8[]`. */
export function int8Array(numbers: readonly (number | null)[]): Buffer {
  const bytes = Buffer.allocUnsafe(headLength + 12 * numbers.length);
  // A view's setters are compiled to a store; writeInt32BE and its like take five times as long.
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setInt32(0, 1); // dimensions
  view.setInt32(4, 0); // whether there are nulls: Postgres looks for itself
  view.setInt32(8, oids.int8);
  view.setInt32(12, numbers.length);
  view.setInt32(16, 1); // the first index
  let at = headLength;
  for (const number of numbers) {
    if (number === null) {
      view.setInt32(at, nullLength);
      at += 4;
      continue;
    }
    view.setInt32(at, 8);
    view.setInt32(at + 4, Math.floor(number / 2 ** 32));
    view.setUint32(at + 8, number >>> 0);
    at += 12;
  }
  return bytes.subarray(0, at);
}

/**
 * Lays values of any length as an array of `type`.
 * @param put lays one of them in the type's own binary form
 */
export function putArray<T>(
  end: EndToEnd,
  type: Exclude<keyof typeof oids, 'int8'>,
  values: readonly T[],
  put: (value: T) => void,
): void {
  for (const number of [1, 0, oids[type], values.length, 1]) end.putInt32(number);
  for (const value of values) {
    const at = end.length;
    end.putInt32(0);
    put(value);
    end.setInt32(end.length - at - 4, at);
  }
}
