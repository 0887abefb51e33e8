/** How a column of rows travels; none of them may be null. */
export type Packed = 'int4' | 'int8' | 'text' | 'bytea';
export type PackedColumns<Row extends object> = { [Name in keyof Row & string]?: Packed };

/** Rooms that the statements before have left, to be used again: each statement's own would be garbage at once. */
const spareRooms: Buffer[] = [];
const roomsKept = 4;
const leastRoom = 2 ** 16;
const mostKept = 2 ** 22;

/** Texts and bytes laid end to end in one room. */
export class EndToEnd {
  private room = spareRooms.pop() ?? Buffer.allocUnsafeSlow(leastRoom);
  private filled = 0;

  /** Bytes laid so far. */
  get length(): number {
    return this.filled;
  }

  put(value: Buffer | string): void {
    if (typeof value === 'string') {
      // No UTF-16 unit takes more than three bytes of UTF-8.
      this.makeRoom(3 * value.length);
      this.filled += this.room.write(value, this.filled);
    } else {
      this.makeRoom(value.length);
      this.room.set(value, this.filled);
      this.filled += value.length;
    }
  }

  /** Good until `leave`. */
  bytes(): Buffer {
    return this.room.subarray(0, this.filled);
  }

  /** Once nobody reads the bytes any more. */
  leave(): void {
    if (spareRooms.length < roomsKept && this.room.length <= mostKept) spareRooms.push(this.room);
  }

  private makeRoom(more: number): void {
    if (this.filled + more <= this.room.length) return;
    const larger = Buffer.allocUnsafeSlow(2 * (this.filled + more));
    larger.set(this.bytes());
    this.room = larger;
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
