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
  const keyFile = process.env['DATELINE_SIGNING_KEY']?.trim() || path.join(dataFolder, 'signing.key');
  const origin = process.env['DATELINE_ORIGIN']?.trim() || (await keptOrigin(dataFolder));
  return openSigning({ keyFile: path.resolve(keyFile), make: false, origin }, log);
}

async function keptOrigin(dataFolder: string): Promise<string> {
  const file = path.join(dataFolder, 'origin');
  const origin = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (origin !== '') return origin;
  throw new SigningKeyUnusable(
    `there is no origin in ${file}: name the service’s data folder in DATELINE_DATA, or set DATELINE_ORIGIN.`,
  );
}
