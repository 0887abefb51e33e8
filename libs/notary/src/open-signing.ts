import path from 'node:path';
import type { Log } from '#libs/database';
import { SigningKeyUnusable } from './errors.js';
import { KeptCheckpoints } from './kept-checkpoints.js';
import { LogIdentity } from './log-identity.js';
import { openSigningKeys } from './signing-keys.js';

export interface SigningSettings {
  /** The private key's file; the last checkpoints are kept in the folder `checkpoints` beside it. */
  keyFile: string;
  /** Whether to make the key where there is none. */
  make: boolean;
  /** The name of this installation; a timeline's log is called `<origin>/<timeline>`. */
  origin: string;
}

/** What it takes to sign: a name, keys, and the memory of what was signed. */
export interface Signing {
  identity: LogIdentity;
  kept: KeptCheckpoints;
}

/** @throws SigningKeyUnusable */
export async function openSigning({ keyFile, make, origin }: SigningSettings, log: Log): Promise<Signing> {
  try {
    const keys = await openSigningKeys(keyFile, make, log);
    const kept = await KeptCheckpoints.open(checkpointsBeside(keyFile));
    return { identity: new LogIdentity(origin, keys), kept };
  } catch (error) {
    if (error instanceof SigningKeyUnusable || (error as NodeJS.ErrnoException).code === undefined)
      throw error;
    throw new SigningKeyUnusable(
      `${(error as Error).message}: the signing key and what is kept beside it must be in a folder that this ` +
        'process can read and write.',
    );
  }
}

export function checkpointsBeside(keyFile: string): string {
  return path.join(path.dirname(keyFile), 'checkpoints');
}
