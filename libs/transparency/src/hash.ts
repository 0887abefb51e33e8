import { hash } from 'node:crypto';

const leafPrefix = Buffer.from([0x00]);

/** SHA-256 over the concatenation of `parts`: 32 bytes. */
export function sha256(...parts: Uint8Array[]): Buffer {
  // One call for one text: an incremental hash costs three times as much for texts of this size.
  return hash('sha256', Buffer.concat(parts), 'buffer');
}

/** The hash of one leaf: SHA-256(0x00 ‖ entry), RFC 6962 §2.1. */
export function leafHash(entry: Uint8Array): Buffer {
  return sha256(leafPrefix, entry);
}
