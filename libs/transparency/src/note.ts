import { sign, verify } from 'node:crypto';
import { fromBase64 } from './base64.js';
import { isKeyName, type SignerKey, type VerifierKey, verifierOf } from './note-keys.js';

/** A note that is malformed, or not signed by any of the keys it was opened with. */
export class NoteRefused extends Error {
  readonly code = 'note-refused';
}

/** A text that at least one known key has signed. */
export interface OpenedNote {
  /** With its last line feed. */
  text: string;
  signedBy: VerifierKey[];
}

/** Signatures on one note that are looked at. */
const mostSignatures = 100;

/**
 * Text and signatures: the text, an empty line, and `— <name> <base64(key id ‖ signature)>` for each key.
 * C2SP signed-note.
 * @param text one line or more, each ended by a line feed
 */
export function signNote(text: string, signers: readonly SignerKey[]): string {
  if (!isText(text)) throw new RangeError('a note’s text is lines without control characters, each ended');
  const lines = signers.map((signer) => {
    const signature = sign(null, Buffer.from(text), signer.privateKey);
    return `— ${signer.name} ${Buffer.concat([verifierOf(signer).id, signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * Signatures of keys that are not in `keys` are passed over; a wrong one of a key that is refuses the note.
 * @throws NoteRefused
 */
export function openNote(note: string, keys: readonly VerifierKey[]): OpenedNote {
  const end = note.lastIndexOf('\n\n');
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2);
  if (end < 0 || !isText(text) || !isText(signatures)) throw new NoteRefused('this is not a signed note');
  const lines = signatures.slice(0, -1).split('\n');
  if (lines.length > mostSignatures) throw new NoteRefused(`a note has at most ${mostSignatures} signatures`);
  const signedBy = lines.flatMap((line) => signerOf(line, text, keys) ?? []);
  if (signedBy.length === 0) throw new NoteRefused('none of the known keys has signed this note');
  return { text, signedBy };
}

/** The key that made a signature line; undefined where it is none of those known. */
function signerOf(line: string, text: string, keys: readonly VerifierKey[]): VerifierKey | undefined {
  const [dash, name, base64, ...more] = line.split(' ');
  const bytes = fromBase64(base64 ?? '');
  const wellFormed = dash === '—' && isKeyName(name ?? '') && more.length === 0 && bytes && bytes.length > 4;
  if (!wellFormed) throw new NoteRefused('a line below the empty line is not a signature');
  const id = bytes.subarray(0, 4);
  const key = keys.find((each) => each.name === name && each.id.equals(id));
  if (key && !verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4))) {
    throw new NoteRefused(`the signature of ${key.name} is wrong`);
  }
  return key;
}

function isText(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return text.endsWith('\n') && text.isWellFormed() && !/[\u0000-\u0009\u000b-\u001f]/.test(text);
}
