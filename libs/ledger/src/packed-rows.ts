import { int8Array } from './binary-array.js';
import type { EndToEnd } from './end-to-end.js';

/** How a column of rows travels; none of them may be null. */
export type Packed = 'int4' | 'int8' | 'text' | 'bytea';
export type PackedColumns<Row extends object> = { [Name in keyof Row & string]?: Packed };

/**
 * The numbers of rows as one `int8[]` parameter, row by row: of a text or bytes where they lie in `end`, and their
 * length. Parsing JSON took Postgres a fifth of an append, and escaping it more than this here.
 */
export function packRows<Row extends object>(
  rows: readonly Row[],
  columns: PackedColumns<Row>,
  end: EndToEnd,
): Buffer {
  const named = Object.entries(columns) as [keyof Row, Packed][];
  const numbers: number[] = [];
  for (const row of rows) {
    for (const [name, packed] of named) {
      const value = row[name];
      if (packed === 'int4' || packed === 'int8') {
        numbers.push(value as number);
        continue;
      }
      const begin = end.length;
      end.put(value as string | Buffer);
      // Positions count from 1, as SQL does.
      numbers.push(begin + 1, end.length - begin);
    }
  }
  return int8Array(numbers);
}

/**
 * The rows in SQL, as something to select from: they have a column `i` too, their index from 0.
 *
 * @param parameters where `packRows`'s numbers, the number of rows and what `end` gathered stand, with their types:
 *   `$1::int8[]`, `$2::int4` and `$3::bytea`
 */
export function packedRows(
  columns: object,
  { numbers, count, bytes }: Record<'numbers' | 'count' | 'bytes', string>,
): string {
  const named = Object.entries(columns) as [string, Packed][];
  const width = named.reduce((sum, [, packed]) => sum + (packed.startsWith('int') ? 1 : 2), 0);
  let at = 0;
  const number = (type: string) => `(${numbers})[i * ${width} + ${++at}]${type === 'int4' ? '::int4' : ''}`;
  const cut = () => `substring(${bytes} from ${number('int4')} for ${number('int4')})`;
  const list = named.map(([name, packed]) => {
    const value =
      packed === 'bytea' ? cut() : packed === 'text' ? `convert_from(${cut()}, 'UTF8')` : number(packed);
    return `${value} as "${name}"`;
  });
  return `(select i, ${list.join(', ')} from generate_series(0, ${count} - 1) as i)`;
}
