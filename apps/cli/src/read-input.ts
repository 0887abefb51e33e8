import { open } from 'node:fs/promises';
import process from 'node:process';

/** What a command was given to read: a file, or stdin. */
export interface Input {
  chunks: AsyncIterable<Buffer>;
  /** Bytes in all; 0 where nobody knows. */
  size: number;
  /** Bytes read so far. */
  read: () => number;
  /** Whether it begins like a tar archive (POSIX 1003.1-1988 and later). */
  isTar: boolean;
}

interface Opened {
  source: AsyncIterable<Buffer>;
  size: number;
}

/** Opens `file`, `-` for stdin, and looks at how it begins. Rejects where it cannot be read. */
export async function openInput(file: string): Promise<Input> {
  const { source, size }: Opened = file === '-' ? { source: process.stdin, size: 0 } : await openFile(file);
  const reading = source[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  let length = 0;
  while (length < 512) {
    const { done, value } = await reading.next();
    if (done) break;
    head.push(value);
    length += value.length;
  }
  const isTar = Buffer.concat(head, length).toString('latin1', 257, 262) === 'ustar';
  let read = 0;
  async function* chunks() {
    for (const chunk of head) {
      read += chunk.length;
      yield chunk;
    }
    for (;;) {
      const { done, value } = await reading.next();
      if (done) return;
      read += value.length;
      yield value;
    }
  }
  return { chunks: chunks(), size, read: () => read, isTar };
}

/** A stream over what is open already: one that cannot be opened would say so while nobody listens yet. */
async function openFile(file: string): Promise<Opened> {
  const handle = await open(file);
  const { size } = await handle.stat();
  return { source: handle.createReadStream(), size };
}
