import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineLimit, LineTooLong, type MalformedJson, type NdjsonLine, readNdjson } from './index.js';

/** Text cut into chunks of `size` bytes. */
async function* chunked(text: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text as string);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function linesOf(text: string | Buffer, size = 65_536): Promise<NdjsonLine[]> {
  const lines: NdjsonLine[] = [];
  for await (const batch of readNdjson(chunked(text, size))) lines.push(...batch);
  return lines;
}

describe('reading NDJSON', () => {
  it('gives the values in order, wherever the chunks are cut', async () => {
    const values = fc.array(fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }), { maxLength: 12 });
    const ends = fc.constantFrom('\n', '\r\n', ' \n', '\n\n', '\n \t\r\n');
    await fc.assert(
      fc.asyncProperty(
        values,
        ends,
        fc.integer({ min: 1, max: 40 }),
        fc.boolean(),
        async (given, end, size, open) => {
          const texts = given.map((value) => JSON.stringify(value));
          fc.pre(!texts.some((text) => /\\u0000|__proto__|constructor/.test(text)));
          const text = texts.join(end) + (open ? '' : end);
          const read = await linesOf(text, size);
          expect(read.map((line) => ('value' in line ? line.value : line.error))).toEqual(
            texts.map((each) => JSON.parse(each) as unknown),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('counts blank lines, and passes them over', async () => {
    expect(await linesOf('\n{"a":1}\r\n \t\r\n\n2')).toEqual([
      { line: 2, value: { a: 1 } },
      { line: 5, value: 2 },
    ]);
    expect(await linesOf('')).toEqual([]);
    expect(await linesOf('\n\n')).toEqual([]);
  });

  it('tells what is wrong with a line, and reads on', async () => {
    const read = await linesOf('{"a":1,"a":2}\n\ufeff{}\n{"b":\n3');
    expect(read.map((line) => [line.line, 'error' in line && (line.error as MalformedJson).fault])).toEqual([
      [1, 'duplicate-key'],
      [2, 'byte-order-mark'],
      [3, 'syntax'],
      [4, false],
    ]);
  });

  it.each([1_000, 65_536, 10_000_000])(
    'takes 256 KiB a line and no byte more, in chunks of %d',
    async (size) => {
      const fits = JSON.stringify('x'.repeat(lineLimit - 2));
      const read = await linesOf(`${fits}\n${fits} \n1\n`, size);
      expect(read).toEqual([
        { line: 1, value: 'x'.repeat(lineLimit - 2) },
        { line: 2, error: expect.any(LineTooLong) },
        { line: 3, value: 1 },
      ]);
    },
  );

  it('holds nothing of a line that is too long', async () => {
    async function* endless() {
      const part = Buffer.alloc(1_000_000, 0x20);
      for (let n = 0; n < 200; n++) yield part;
    }
    const before = process.memoryUsage().arrayBuffers;
    for await (const [line] of readNdjson(endless()))
      expect(line).toEqual({ line: 1, error: expect.any(LineTooLong) });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('drops an unfinished line when its bytes break off', async () => {
    async function* broken() {
      yield Buffer.from('1\n{"a":');
      throw new Error('gone');
    }
    const reading = readNdjson(broken());
    expect((await reading.next()).value).toEqual([{ line: 1, value: 1 }]);
    await expect(reading.next()).rejects.toThrow('gone');
  });

  it('hands on what has come, without waiting for more', async () => {
    let more = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (more = resolve));
    async function* slow() {
      yield Buffer.from('1\n2\n3');
      await waiting;
      yield Buffer.from('4\n');
    }
    const reading = readNdjson(slow());
    expect((await reading.next()).value).toEqual([
      { line: 1, value: 1 },
      { line: 2, value: 2 },
    ]);
    more();
    expect((await reading.next()).value).toEqual([{ line: 3, value: 34 }]);
  });
});
