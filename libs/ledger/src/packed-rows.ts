/** How a column of rows travels; none of them may be null. */
export type Packed = 'int4' | 'int8' | 'text' | 'bytea';
export type PackedColumns<Row extends object> = { [Name in keyof Row & string]?: Packed };

/** Texts and bytes laid end to end; positions count from 1, as SQL does. */
export class EndToEnd {
  private readonly parts: Buffer[] = [];
  private next = 1;

  /** Gives where it begins. */
  put(bytes: Buffer): number {
    const at = this.next;
    this.parts.push(bytes);
    this.next += bytes.length;
    return at;
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts, this.next - 1);
  }
}

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
      const bytes = packed === 'text' ? Buffer.from(value as string) : (value as Buffer);
      numbers.push(end.put(bytes), bytes.length);
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

const int8Oid = 20;

/** Whole numbers below 2^53 in the binary form of int8[]: pg itself would print them, and Postgres parse them. */
function int8Array(numbers: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(20 + 12 * numbers.length);
  bytes.writeInt32BE(1, 0); // dimensions
  bytes.writeInt32BE(0, 4); // no nulls
  bytes.writeInt32BE(int8Oid, 8);
  bytes.writeInt32BE(numbers.length, 12);
  bytes.writeInt32BE(1, 16); // the first index
  let at = 20;
  for (const number of numbers) {
    bytes.writeInt32BE(8, at);
    bytes.writeInt32BE(Math.floor(number / 2 ** 32), at + 4);
    bytes.writeUInt32BE(number >>> 0, at + 8);
    at += 12;
  }
  return bytes;
}
