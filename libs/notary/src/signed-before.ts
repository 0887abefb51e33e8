import { NoteRefused } from '#libs/transparency';
import { SignedUnreadable } from './errors.js';
import type { Signed } from './go-on.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { LogIdentity } from './log-identity.js';
import { checkpointsBeside } from './open-signing.js';
import { readKnownKeys } from './signing-keys.js';

/** The last checkpoint that was signed of a log; or why what is kept in its place is none. */
export type SignedLast = { file: string } & (Signed | { refused: string });

/**
 * What a service signed before, for another program to hold a database against: it is public, so the private key is
 * not read, and nothing is written. Where no service ever signed, there is none of anything.
 */
export class SignedBefore {
  private constructor(
    private readonly kept: KeptCheckpoints,
    private readonly identity: LogIdentity,
  ) {}

  /** @throws SigningKeyUnusable, SignedUnreadable */
  static async open(keyFile: string): Promise<SignedBefore> {
    const known = await readable(readKnownKeys(keyFile));
    const kept = KeptCheckpoints.at(checkpointsBeside(keyFile));
    return new SignedBefore(kept, new LogIdentity('', { signers: [], known }));
  }

  get folder(): string {
    return this.kept.folder;
  }

  /** @throws SignedUnreadable */
  timelines(): Promise<string[]> {
    return readable(this.kept.timelines());
  }

  /** Undefined where nothing was signed. */
  async last(timeline: string): Promise<SignedLast | undefined> {
    const file = this.kept.fileOf(timeline);
    try {
      const note = await readable(this.kept.read(timeline));
      if (note === undefined) return undefined;
      const signed = this.identity.open(note);
      if (note.split('\n', 1)[0]!.endsWith(`/${timeline}`)) return { file, ...signed };
      return { file, refused: 'it is of another log' };
    } catch (error) {
      if (!(error instanceof NoteRefused || error instanceof SignedUnreadable)) throw error;
      return { file, refused: error.message };
    }
  }
}

async function readable<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new SignedUnreadable(
      `${error.message}: what was signed is kept there. Run this as a user who may read it, or name another data folder.`,
    );
  }
}
