import { fromBase64 } from './base64.js';
import { hashSize } from './hash.js';
import { NoteRefused, openNote } from './note.js';
import type { VerifierKey } from './note-keys.js';

/** What a log says of itself at one moment. C2SP tlog-checkpoint. */
export interface Checkpoint {
  /** The log's name. */
  origin: string;
  /** Leaves in its tree. */
  size: bigint;
  /** 32 bytes. */
  root: Buffer;
}

/** The text of a checkpoint, to be signed as a note: origin, decimal size, base64 root, each on its line. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Lines behind the third are extensions, and are passed over. @throws NoteRefused */
export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split('\n');
  const [origin, size, base64, ...more] = lines;
  const root = fromBase64(base64 ?? '');
  const extensions = more.slice(0, -1);
  const wellFormed = origin && /^(0|[1-9]\d*)$/.test(size ?? '') && root?.length === hashSize;
  if (!wellFormed || more.at(-1) !== '' || extensions.includes('')) {
    throw new NoteRefused('the text of this note is not a checkpoint');
  }
  return { origin, size: BigInt(size!), root };
}

/** The checkpoint in a note that at least one of `keys` has signed. @throws NoteRefused */
export function openCheckpoint(note: string, keys: readonly VerifierKey[]): Checkpoint {
  return parseCheckpoint(openNote(note, keys).text);
}

/** The checkpoint in a note whose signatures are not looked at. @throws NoteRefused */
export function readCheckpoint(note: string): Checkpoint {
  return parseCheckpoint(note.slice(0, note.lastIndexOf('\n\n') + 1));
}
