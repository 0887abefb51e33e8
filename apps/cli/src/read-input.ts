import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
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

/** Opens `file`, `-` for stdin, and looks at how it begins. Rejects where it cannot be read. */
export async function openInput(file: string): Promise<Input> {
  const source: AsyncIterable<Buffer> = file === '-' ? process.stdin : createReadStream(file);
  const size = file === '-' ? 0 : (await stat(file)).size;
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
