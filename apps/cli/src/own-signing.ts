import { readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import type { Log } from '#libs/database';
import { openSigning, type Signing, SigningKeyUnusable } from '#libs/notary';

/**
 * What the service on this data folder signs with; it is never made here, for nobody would know the key.
 * @throws SigningKeyUnusable where there is nothing to sign with
 */
export async function openOwnSigning(dataFolder: string, log: Log): Promise<Signing> {
  const keyFile = ownKeyFile(dataFolder);
  const origin = process.env['DATELINE_ORIGIN']?.trim() || (await keptOrigin(dataFolder));
  return openSigning({ keyFile, make: false, origin }, log);
}

/** Where its private key lies, with what was signed beside it. */
export function ownKeyFile(dataFolder: string): string {
  return path.resolve(process.env['DATELINE_SIGNING_KEY']?.trim() || path.join(dataFolder, 'signing.key'));
}

async function keptOrigin(dataFolder: string): Promise<string> {
  const file = path.join(dataFolder, 'origin');
  const origin = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (origin !== '') return origin;
  throw new SigningKeyUnusable(
    `there is no origin in ${file}: name the service’s data folder in DATELINE_DATA, or set DATELINE_ORIGIN.`,
  );
}
