import { hash } from 'node:crypto';

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);

/** Bytes of a hash. */
export const hashSize = 32;
/** The prefix, and room for two hashes. */
const node = Buffer.concat([nodePrefix, Buffer.alloc(2 * hashSize)]);

/** SHA-256 over the concatenation of `parts`: 32 bytes. */
export function sha256(...parts: Uint8Array[]): Buffer {
  // One call for one text: an incremental hash costs three times as much for texts of this size.
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

/** The hash of one leaf: SHA-256(0x00 ‖ entry), RFC 6962 §2.1. */
export function leafHash(entry: Uint8Array): Buffer {
  return sha256(leafPrefix, entry);
}

/** The hash of an inner node: SHA-256(0x01 ‖ left ‖ right), RFC 6962 §2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== hashSize || right.length !== hashSize) return sha256(nodePrefix, left, right);
  // Each append hashes one node: filling one buffer again costs less than making one.
  node.set(left, 1);
  node.set(right, 1 + hashSize);
  return hash('sha256', node, 'buffer');
}

/** The root of the tree without leaves: SHA-256 of nothing, RFC 6962 §2.1. */
export function emptyRoot(): Buffer {
  return sha256();
}
