import { hash } from 'node:crypto';

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);

/** Bytes of a hash. */
export const hashSize = 32;
/** The prefix, and room for two hashes. */
const node = Buffer.concat([nodePrefix, Buffer.alloc(2 * hashSize)]);

/** Where parts are laid end to end, in turn: a room for each text would be garbage at once. */
const room = Buffer.alloc(2 ** 16);

/** SHA-256 over the concatenation of `parts`, texts as UTF-8: 32 bytes. */
export function sha256(...parts: (Uint8Array | string)[]): Buffer {
  const [only] = parts;
  return digestOf(parts.length === 1 && typeof only === 'object' ? only : together(parts));
}

function together(parts: (Uint8Array | string)[]): Uint8Array {
  let most = 0;
  // No UTF-16 unit takes more than three bytes of UTF-8.
  for (const part of parts) most += typeof part === 'string' ? 3 * part.length : part.length;
  if (most > room.length)
    return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  let length = 0;
  for (const part of parts) {
    if (typeof part === 'string') length += room.write(part, length);
    else {
      room.set(part, length);
      length += part.length;
    }
  }
  return room.subarray(0, length);
}

/**
 * One call for one text: an incremental hash costs three times as much for texts of this size. And as a string of
 * bytes, of which a pooled buffer is made: a buffer of its own for each digest costs as much as hashing.
 */
function digestOf(text: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', text, 'binary'), 'latin1');
}

/** The hash of one leaf: SHA-256(0x00 ‖ entry), RFC 6962 §2.1. */
export function leafHash(entry: Uint8Array | string): Buffer {
  return sha256(leafPrefix, entry);
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== hashSize || right.length !== hashSize) return sha256(nodePrefix, left, right);
  // Each append hashes one node: filling one buffer again costs less than making one.
  node.set(left, 1);
  node.set(right, 1 + hashSize);
  return digestOf(node);
}

/** The root of the tree without leaves: SHA-256 of nothing, RFC 6962 §2.1. */
export function emptyRoot(): Buffer {
  return sha256();
}
