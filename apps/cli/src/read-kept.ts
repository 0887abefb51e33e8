import { ArchiveReader, ArchiveRefused } from '#libs/timelines';
import {
  formatVerifierKey,
  NoteRefused,
  openCheckpoint,
  parseVerifierKey,
  type VerifierKey,
} from '#libs/transparency';
import type { KeptRoot } from '#libs/verification';
import { UsageError } from './command-settings.js';
import { isOfFiles } from './file-error.js';
import { openInput } from './read-input.js';

/** No signed note is as long, in bytes. */
const longestNote = 64 * 2 ** 10;

/**
 * What somebody kept of a timeline, a checkpoint or a whole archive, signed by the key that they kept; or why it cannot
 * be taken.
 */
export async function readKept(
  timeline: string | undefined,
  file: string | undefined,
  key: string | undefined,
): Promise<KeptRoot[] | string> {
  if (file === undefined) {
    if (key !== undefined) throw new UsageError('verify takes --key with --since, --archive or --answer');
    return [];
  }
  if (timeline === undefined) throw new UsageError('verify --since needs T: a checkpoint is of one timeline');
  if (key === undefined) {
    throw new UsageError(
      'verify --since needs --key: the verifier key of the log, as you kept it or as log/key tells',
    );
  }
  const verifier = parseVerifierKey(key);
  if (!verifier) throw new UsageError('--key is not a verifier key: name+key id+base64, as log/key tells it');
  try {
    const { chunks, isTar } = await openInput(file);
    const kept = isTar ? await readArchive(chunks, verifier) : await readCheckpoint(chunks, verifier);
    const { name, ...root } = kept;
    if (!name.endsWith(`/${timeline}`)) return `${file} is of ${name}, not of ${timeline}`;
    return [{ ...root, name: file }];
  } catch (error) {
    const expected = error instanceof NoteRefused || error instanceof ArchiveRefused || isOfFiles(error);
    if (!expected) throw error;
    return `${file}: ${error.message}`;
  }
}

async function readCheckpoint(chunks: AsyncIterable<Buffer>, verifier: VerifierKey): Promise<KeptRoot> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    if ((length += chunk.length) > longestNote) throw new NoteRefused('it is longer than any signed note');
  }
  const { origin, size, root } = openCheckpoint(Buffer.concat(parts, length).toString(), [verifier]);
  if (verifier.name !== origin) {
    throw new NoteRefused(`it is of ${origin}, and the key that was given is that of ${verifier.name}`);
  }
  return { size: Number(size), root, name: origin };
}

/** All of it is read and checked; of each entry its leaf hash is kept, 32 bytes. */
async function readArchive(chunks: AsyncIterable<Buffer>, verifier: VerifierKey): Promise<KeptRoot> {
  const reader = await ArchiveReader.open(chunks);
  const { size, root, signedBy } = reader.head;
  const signers = signedBy.map(formatVerifierKey);
  if (!signers.includes(formatVerifierKey(verifier))) {
    const others = signers.join(' and ');
    throw new ArchiveRefused(`its checkpoint is signed by ${others}, not by the key that was given`);
  }
  const leaves: Buffer[] = [];
  for await (const bundle of reader.bundles()) for (const { leafHash } of bundle) leaves.push(leafHash);
  return { size, root, name: verifier.name, leaves };
}
