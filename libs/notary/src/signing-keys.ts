import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { appendFile, readFile, stat } from 'node:fs/promises';
import type { Log } from '#libs/database';
import { fromBase64, publicKeyOf, rawPublicKey } from '#libs/transparency';
import { SigningKeyUnusable } from './errors.js';
import { writeUnlessThere } from './write-once.js';

/** What checkpoints are signed with, and what they may have been signed with before. */
export interface SigningKeys {
  /** The key, and while a rotation lasts the one before it: both sign. */
  signers: KeyObject[];
  /** The public keys of all that ever signed here, the current one first. */
  known: KeyObject[];
}

/**
 * Reads the key of `file` (an Ed25519 private key, PKCS #8, PEM), and the one before it where `<file>.previous` is
 * there. Their public keys are written to `<file>.history`, and stay there.
 *
 * @param make whether to make the key where there is none
 * @throws SigningKeyUnusable
 */
export async function openSigningKeys(file: string, make: boolean, log: Log): Promise<SigningKeys> {
  if (/[\r\n]|-----BEGIN/.test(file)) {
    // Not repeated: it may be the key.
    throw new SigningKeyUnusable(
      'DATELINE_SIGNING_KEY must be the path of the file that holds the key, not what is in it.',
    );
  }
  let current = await readKey(file, log);
  if (!current && make) {
    await makeKey(file);
    current = await readKey(file, log);
  }
  if (!current) {
    throw new SigningKeyUnusable(
      `there is no key at ${file}: put one there (openssl genpkey -algorithm ed25519 -out FILE), ` +
        'or leave DATELINE_SIGNING_KEY out for one in the data folder.',
    );
  }
  const previous = await readKey(`${file}.previous`, log);
  const signers = previous ? [current, previous] : [current];
  return { signers, known: await remember(`${file}.history`, signers) };
}

async function readKey(file: string, log: Log): Promise<KeyObject | undefined> {
  const pem = await readIfThere(file);
  if (pem === undefined) return undefined;
  const key = signingKeyOf(pem, file);
  const { mode } = await stat(file);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    log.warn(`${file}, which checkpoints are signed with, can be read by others: chmod 600 it.`);
  }
  return key;
}

/** @throws SigningKeyUnusable, which names `file` as the one that `pem` is from */
export function signingKeyOf(pem: string, file: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new SigningKeyUnusable(`${file} holds no private key in PEM: put back the one that was there.`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new SigningKeyUnusable(`${file} holds a key of ${key.asymmetricKeyType}: it must be an Ed25519 one.`);
}

async function makeKey(file: string): Promise<void> {
  const { privateKey } = generateKeyPairSync('ed25519');
  await writeUnlessThere(file, privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 0o600);
}

/** One public key a line, base64, oldest first. Lines are only ever added, and a repeated one says nothing new. */
async function remember(file: string, signers: KeyObject[]): Promise<KeyObject[]> {
  const current = signers.map((key) => rawPublicKey(createPublicKey(key)).toString('base64'));
  const lines = await readLines(file);
  // The older first, so that the file tells the order.
  const added = current.toReversed().filter((line) => !lines.includes(line));
  if (added.length > 0) await appendFile(file, added.map((line) => `${line}\n`).join(''), { mode: 0o644 });
  return publicKeys(file, [...current, ...lines.toReversed()]);
}

/**
 * The public keys of all that ever signed with the key of `file`, without reading that: none where nothing ever did.
 * @throws SigningKeyUnusable
 */
export async function readKnownKeys(file: string): Promise<KeyObject[]> {
  const history = `${file}.history`;
  return publicKeys(history, (await readLines(history)).toReversed());
}

async function readLines(file: string): Promise<string[]> {
  return ((await readIfThere(file)) ?? '').split('\n').filter((line) => line !== '');
}

function publicKeys(file: string, lines: string[]): KeyObject[] {
  return [...new Set(lines)].map((line) => {
    const raw = fromBase64(line);
    if (raw?.length === 32) return publicKeyOf(raw);
    throw new SigningKeyUnusable(
      `${file} has a line that is no public key: put back the file that was there.`,
    );
  });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
