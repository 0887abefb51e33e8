import { MalformedJson } from './malformed-json.js';
import { parseStrictJson } from './strict-json.js';

/** Bytes that a line may have, its end not counted: 256 KiB. */
export const lineLimit = 256 * 1024;
/** Lines that are handed on at once, at most. */
const mostAtOnce = 64;

/** One line of NDJSON, counted from 1, blank ones included: what it says, or why it says nothing. */
export type NdjsonLine =
  { line: number; value: unknown } | { line: number; error: MalformedJson | LineTooLong };

export class LineTooLong extends Error {
  readonly code = 'line-too-long';
  readonly detail = `A line may have ${lineLimit / 1024} KiB; this one has more.`;

  constructor() {
    super('the line is too long');
  }
}

/**
 * Reads newline-delimited JSON of any length, a few lines at a time: what one chunk completed is handed on at once.
 * A line ends with LF (a CR before it is white space), the last one also with the end of the bytes. Lines of white
 * space alone are passed over. Each is read strictly (parseStrictJson), so also the first may have no byte order
 * mark. A line that cannot be read is handed on as its error; those behind it are still read.
 *
 * Holds one chunk and one unfinished line. Rejects with what `source` rejects with: an unfinished line is dropped then.
 */
export async function* readNdjson(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<NdjsonLine[], void, void> {
  const lines = new LineReader();
  for await (const chunk of source) {
    const read = lines.take(chunk);
    for (let at = 0; at < read.length; at += mostAtOnce) yield read.slice(at, at + mostAtOnce);
  }
  const last = lines.end();
  if (last.length > 0) yield last;
}

class LineReader {
  private line = 1;
  /** What has come of the line that is not finished, while it is not too long. */
  private parts: Uint8Array[] = [];
  private length = 0;

  /** The lines that these bytes complete. */
  take(chunk: Uint8Array): NdjsonLine[] {
    const read: NdjsonLine[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      this.keep(chunk.subarray(from, end));
      read.push(...this.end());
      from = end + 1;
    }
    this.keep(chunk.subarray(from));
    return read;
  }

  /** The line that is not finished, taken as it is; none where it is blank. */
  end(): NdjsonLine[] {
    const { line, length, parts } = this;
    this.line++;
    this.length = 0;
    this.parts = [];
    if (length > lineLimit) return [{ line, error: new LineTooLong() }];
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, length);
    return isBlank(bytes) ? [] : [readLine(line, bytes)];
  }

  private keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.length += part.length;
    if (this.length > lineLimit) this.parts = [];
    else this.parts.push(part);
  }
}

function readLine(line: number, bytes: Uint8Array): NdjsonLine {
  try {
    return { line, value: parseStrictJson(bytes) };
  } catch (error) {
    if (error instanceof MalformedJson) return { line, error };
    throw error;
  }
}

/** Only what JSON takes for white space. */
function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  return true;
}
