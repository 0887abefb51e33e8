import { isUtf8 } from 'node:buffer';
import { CarefulReader } from './careful-json.js';
import { MalformedJson } from './malformed-json.js';
import { countKeys, countMembers } from './vouch.js';

export interface JsonLimits {
  /** How many objects and arrays may lie in one another. */
  depth: number;
}

const defaultLimits: JsonLimits = { depth: 32 };

/**
 * Reads JSON (RFC 8259) that means one thing to every reader: UTF-8 without a byte order mark, no NUL, no
 * lone surrogate, no name twice in one object nor `__proto__` or `constructor`, no number that a double
 * would change, at most `limits.depth` levels. Gives what JSON.parse gives, but 0 for `-0`: the two have the
 * same value and the same canonical form, so they must not differ in memory either.
 *
 * Throws MalformedJson. How long a text may be is its caller's affair.
 *
 * JSON.parse does the reading, one pass over the bytes vouches for the rest, and what that cannot vouch for
 * is read again by CarefulReader, which decides. So the fast way may suspect wrongly, never trust wrongly.
 */
export function parseStrictJson(input: Uint8Array | string, limits: JsonLimits = defaultLimits): unknown {
  const bytes = Buffer.isBuffer(input) ? input : asBuffer(input);
  const text = typeof input === 'string' ? input : decode(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    new CarefulReader(text, limits.depth).read();
    throw new MalformedJson('syntax', '', `The text is not JSON: ${(error as Error).message}.`);
  }
  const members = countMembers(bytes, limits.depth);
  const trusted =
    members >= 0 &&
    !text.includes('__proto__') &&
    !text.includes('constructor') &&
    (typeof input !== 'string' || !/\p{Surrogate}/u.test(text)) &&
    members === countKeys(value);
  return trusted ? value : new CarefulReader(text, limits.depth).read();
}

function asBuffer(input: Uint8Array | string): Buffer {
  if (typeof input === 'string') return Buffer.from(input);
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength);
}

function decode(bytes: Buffer): string {
  if (!isUtf8(bytes))
    throw new MalformedJson(
      'not-utf8',
      '',
      `The text is not valid UTF-8 (first at byte ${firstBadByte(bytes)}); send it in UTF-8.`,
    );
  return bytes.toString('utf8');
}

/** Offset of the first character that is not valid. */
function firstBadByte(bytes: Buffer): number {
  let at = 0;
  for (let end = 0; at < bytes.length; at = end) {
    end = at + 4096;
    while (end < bytes.length && (bytes[end]! & 0xc0) === 0x80) end++;
    if (!isUtf8(bytes.subarray(at, end))) break;
  }
  for (let end = at; at < bytes.length; at = end) {
    const lead = bytes[at]!;
    end = at + (lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4);
    if (!isUtf8(bytes.subarray(at, end))) break;
  }
  return at;
}
