import { ArchiveRefused } from './archive-refused.js';

/** One file of an archive. */
export interface Member {
  name: string;
  bytes: Buffer;
}

const block = 512;
/** What stands behind the last file: two blocks of zeros. */
export const tarEnd = Buffer.alloc(2 * block);
/** Bytes that one file may have: 256 developments as large as a request may bring them. */
const largestFile = 2 ** 30;

/** A file as it stands in a POSIX archive (ustar, IEEE 1003.1-1988): owned by nobody, of no time, readable by all. */
export function tarMember({ name, bytes }: Member): Buffer[] {
  return [tarHeader(name, bytes.length), bytes, Buffer.alloc(paddingOf(bytes.length))];
}

function tarHeader(name: string, size: number): Buffer {
  const header = Buffer.alloc(block);
  const octal = (value: number, at: number, width: number) =>
    header.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  if (header.write(name, 0, 'latin1') > 100)
    throw new RangeError(`${name} is too long a name for this archive`);
  octal(0o644, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  header.write('        ', 148, 'latin1');
  header.write('0', 156, 'latin1');
  header.write('ustar\x0000', 257, 'latin1');
  octal(0, 329, 8);
  octal(0, 337, 8);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

function paddingOf(size: number): number {
  return (block - (size % block)) % block;
}

/**
 * The files of an archive that `tarMember` wrote, one at a time. Nothing else is taken: a byte that is not as it would
 * have been written refuses the archive, also where it means nothing. @throws ArchiveRefused
 */
export async function* readTar(chunks: AsyncIterable<Buffer>): AsyncGenerator<Member, void, void> {
  const bytes = new Bytes(chunks);
  for (;;) {
    const header = await bytes.take(block);
    if (header.equals(tarEnd.subarray(block))) break;
    const member = await readMember(header, bytes);
    yield member;
  }
  if (!(await bytes.take(block)).equals(tarEnd.subarray(block)) || !(await bytes.atEnd())) {
    throw new ArchiveRefused('something stands behind its end');
  }
}

async function readMember(header: Buffer, bytes: Bytes): Promise<Member> {
  const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
  const size = Number.parseInt(header.toString('latin1', 124, 135), 8);
  if (size > largestFile) {
    throw new ArchiveRefused(
      `${JSON.stringify(name)} says it has ${size} bytes, and no file of an archive has more than ${largestFile}`,
    );
  }
  if (Number.isNaN(size) || !header.equals(tarHeader(name, size))) {
    throw new ArchiveRefused(`the header of ${JSON.stringify(name)} is not as an export writes it`);
  }
  const content = await bytes.take(size);
  const padding = await bytes.take(paddingOf(size));
  if (padding.some((byte) => byte !== 0)) {
    throw new ArchiveRefused(`what stands behind ${name} is not as an export writes it`);
  }
  return { name, bytes: content };
}

/** A stream of bytes that is taken in pieces of any length. */
class Bytes {
  private readonly reading: AsyncIterator<Buffer>;
  private waiting: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.reading = chunks[Symbol.asyncIterator]();
  }

  async take(length: number): Promise<Buffer> {
    const parts = [this.waiting];
    let have = this.waiting.length;
    while (have < length) {
      const { done, value } = await this.reading.next();
      if (done) throw new ArchiveRefused('it ends in the middle');
      parts.push(value);
      have += value.length;
    }
    const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts, have);
    this.waiting = all.subarray(length);
    return all.subarray(0, length);
  }

  async atEnd(): Promise<boolean> {
    if (this.waiting.length > 0) return false;
    for (;;) {
      const { done, value } = await this.reading.next();
      if (done) return true;
      if (value.length > 0) return false;
    }
  }
}
