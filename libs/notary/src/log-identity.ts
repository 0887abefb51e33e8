import { createPublicKey } from 'node:crypto';
import {
  formatCheckpoint,
  formatVerifierKey,
  openNote,
  parseCheckpoint,
  signNote,
  type VerifierKey,
  verifierKey,
} from '#libs/transparency';
import type { Signed } from './go-on.js';
import type { SigningKeys } from './signing-keys.js';

/** The names under which logs are signed here (`<origin>/<timeline>`), and the keys. */
export class LogIdentity {
  constructor(
    private readonly origin: string,
    private readonly keys: SigningKeys,
  ) {}

  /** The verifier keys of a log: the current one first, then all that were used before. */
  verifierKeys(timeline: string): string[] {
    return this.keysOf(this.nameOf(timeline)).map(formatVerifierKey);
  }

  sign(timeline: string, size: number, root: Buffer): string {
    const name = this.nameOf(timeline);
    const signers = this.keys.signers.map((privateKey) => ({ name, privateKey }));
    return signNote(formatCheckpoint({ origin: name, size: BigInt(size), root }), signers);
  }

  /** What a note of ours says; it may have been signed under an earlier origin. @throws NoteRefused */
  open(note: string): Signed {
    const name = note.slice(0, note.indexOf('\n'));
    const { size, root } = parseCheckpoint(openNote(note, this.keysOf(name)).text);
    return { size: Number(size), root };
  }

  /** Whether a note of ours has today's name, and the signatures of today's keys and no others. */
  isCurrent(timeline: string, note: string): boolean {
    const name = this.nameOf(timeline);
    if (!note.startsWith(`${name}\n`)) return false;
    const current = this.keys.signers.map((key) => verifierKey(name, createPublicKey(key)).id);
    const { signedBy } = openNote(note, this.keysOf(name));
    return (
      signedBy.length === current.length && current.every((id) => signedBy.some((by) => by.id.equals(id)))
    );
  }

  private nameOf(timeline: string): string {
    return `${this.origin}/${timeline}`;
  }

  private keysOf(name: string): VerifierKey[] {
    // A note whose first line cannot be a key's name was signed by none.
    return /^[^\s+]+$/u.test(name) ? this.keys.known.map((key) => verifierKey(name, key)) : [];
  }
}
