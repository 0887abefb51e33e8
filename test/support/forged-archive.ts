import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { canonicalJson, payloadDigest } from '#libs/ledger';
import {
  entryBundle,
  formatCheckpoint,
  formatVerifierKey,
  leafHash,
  RightEdge,
  type SignerKey,
  signNote,
  verifierOf,
} from '#libs/transparency';
import { tar, type TarFile } from './tar.js';

/** One entry of an archive, as its forger likes it. */
export interface Forged {
  /** What the payload says; as a text, byte for byte. Where it is missing, what it said. */
  content: object | string;
  /** What stands in the payload's place where it is missing. */
  hole?: { id: string; matter: string; version: number };
  /** Members of the entry that are other than they should be, or more. */
  entry?: object;
  /** The whole entry, and the whole line, in the place of what they should be. */
  entryText?: string;
  lineText?: string;
}

export interface ForgedArchive {
  /** What archives begin with. */
  readme: Buffer;
  slug: string;
  title?: string;
  /** Fewer than 256. */
  entries: Forged[];
}

const { privateKey } = generateKeyPairSync('ed25519');

/** An archive that whoever has a key can make: whole, and signed over just these entries. */
export function forgeArchive({ readme, slug, title = 'Forged', entries }: ForgedArchive): Buffer {
  const signer: SignerKey = { name: `forger.example/${slug}`, privateKey };
  const sealed = entries.map((forged, position) => seal(slug, position, forged));
  const leaves = sealed.map(({ entry }) => leafHash(entry));
  const edge = RightEdge.empty();
  for (const leaf of leaves) edge.append(leaf);
  const checkpoint = { origin: signer.name, size: edge.size, root: edge.root() };
  const width = leaves.length;
  const timeline = { createdAt: time, slug, timezone: 'UTC', title, visibility: 'public' };
  const files: [name: string, content: string | Buffer][] = [
    ['README', readme],
    ['timeline.json', `${canonicalJson(timeline)}\n`],
    ['checkpoint', signNote(formatCheckpoint(checkpoint), [signer])],
    ['keys', `${formatVerifierKey(verifierOf(signer))}\n`],
    [`tile/entries/000.p/${width}`, entryBundle(sealed.map(({ entry }) => entry))],
    [`payloads/000.p/${width}.ndjson`, sealed.map(({ line }) => `${line}\n`).join('')],
    [`tile/0/000.p/${width}`, Buffer.concat(leaves)],
  ];
  return tar(files.map(([name, content]): TarFile => ({ name, bytes: Buffer.from(content as string) })));
}

const time = '2025-08-29T12:00:00.000Z';

function seal(timeline: string, position: number, forged: Forged): { entry: Buffer; line: string } {
  const { content, hole, entry, entryText, lineText } = forged;
  const payload = typeof content === 'string' ? content : canonicalJson(content);
  const salt = randomBytes(32);
  const digest = payloadDigest(salt, payload).toString('base64');
  const fields = { v: 1, timeline, position, recordedAt: time, recordedBy: 'local', payloadDigest: digest };
  const line = hole
    ? canonicalJson({ ...hole, payload: null, position, salt: null })
    : `{"payload":${payload},"position":${position},"salt":"${salt.toString('base64')}"}`;
  return {
    entry: Buffer.from(entryText ?? canonicalJson({ ...fields, ...entry })),
    line: lineText ?? line,
  };
}
