import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatCheckpoint, openCheckpoint, parseCheckpoint, readCheckpoint } from './checkpoint.js';
import { leafHash } from './hash.js';
import { NoteRefused, openNote, signNote } from './note.js';
import {
  formatVerifierKey,
  parseVerifierKey,
  rawPublicKey,
  type SignerKey,
  verifierKey,
  verifierOf,
} from './note-keys.js';
import { formatTlogProof, parseTlogProof, ProofRefused } from './tlog-proof.js';

/** PKCS #8 of an Ed25519 key is this, and the 32 bytes of its seed. */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex');

function signer(name: string, seed: Buffer): SignerKey {
  return {
    name,
    privateKey: createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' }),
  };
}

const ours = signer('example.org/news/harbour', Buffer.alloc(32, 1));
const next = signer('example.org/news/harbour', Buffer.alloc(32, 2));
const witness = signer('witness.example', Buffer.alloc(32, 3));
const checkpoint = { origin: ours.name, size: 70_000n, root: leafHash(Buffer.from('x')) };
const note = signNote(formatCheckpoint(checkpoint), [ours]);

describe('a verifier key', () => {
  it('is read back as it was written, and its id depends on name and key', () => {
    const text = formatVerifierKey(verifierOf(ours));
    expect(text).toMatch(/^example\.org\/news\/harbour\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/);
    const read = parseVerifierKey(text)!;
    expect(rawPublicKey(read.publicKey)).toEqual(rawPublicKey(createPublicKey(ours.privateKey)));
    expect(read.id).not.toEqual(verifierOf(next).id);
    expect(read.id).not.toEqual(verifierKey('another', read.publicKey).id);
  });

  it('is the one that others publish', () => {
    // The Go checksum database's key, as its clients have it built in.
    const published = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(formatVerifierKey(parseVerifierKey(published)!)).toBe(published);
  });

  it('is refused when any of its bytes is another', () => {
    const text = formatVerifierKey(verifierOf(ours));
    for (let at = 0; at < text.length; at++) {
      const other = text[at] === 'a' ? 'b' : 'a';
      expect(parseVerifierKey(text.slice(0, at) + other + text.slice(at + 1))).toBeUndefined();
    }
  });
});

describe('a signed checkpoint', () => {
  it('is opened by those who know a key that signed it', () => {
    expect(note).toMatch(
      /^example\.org\/news\/harbour\n70000\n[A-Za-z0-9+/]{43}=\n\n— example\.org\/news\/harbour \S+\n$/,
    );
    expect(openCheckpoint(note, [verifierOf(ours)])).toEqual(checkpoint);
    expect(readCheckpoint(note)).toEqual(checkpoint);
    expect(() => openCheckpoint(note, [verifierOf(next)])).toThrow(NoteRefused);
    expect(() => openCheckpoint(note, [])).toThrow(NoteRefused);
  });

  it('may have several signatures; a wrong one of a known key refuses it, one of a stranger does not', () => {
    const both = signNote(formatCheckpoint(checkpoint), [ours, next, witness]);
    for (const key of [ours, next, witness])
      expect(openCheckpoint(both, [verifierOf(key)])).toEqual(checkpoint);
    expect(openNote(both, [verifierOf(ours), verifierOf(next)]).signedBy).toHaveLength(2);
    const others = signNote(formatCheckpoint({ ...checkpoint, size: 1n }), [next]).split('\n\n')[1]!;
    expect(openCheckpoint(note + others, [verifierOf(ours)])).toEqual(checkpoint);
    expect(() => openCheckpoint(note + others, [verifierOf(ours), verifierOf(next)])).toThrow(/is wrong/);
  });

  it('is refused when any bit of it is flipped', () => {
    const bytes = Buffer.from(note);
    fc.assert(
      fc.property(fc.nat(bytes.length * 8 - 1), (bit) => {
        const changed = Buffer.from(bytes);
        changed[bit >> 3]! ^= 1 << (bit & 7);
        expect(() => openCheckpoint(changed.toString(), [verifierOf(ours)])).toThrow(NoteRefused);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['no text', '\n\n— a b\n'],
    ['no signature', 'x\n\n'],
    ['no end', 'x\n\n— a AAAAAAA='],
    ['a control character', 'x\t\n\n— a AAAAAAA=\n'],
    ['a hyphen for the dash', note.replace('—', '-')],
    ['a signature too short', 'x\n\n— a AAAA\n'],
  ])('is refused with %s', (_, text) => {
    expect(() => openNote(text, [verifierOf(ours)])).toThrow(NoteRefused);
  });

  it('has three lines, and beyond them extensions alone', () => {
    const text = formatCheckpoint(checkpoint);
    expect(parseCheckpoint(`${text}an extension\n`)).toEqual(checkpoint);
    const root = checkpoint.root.toString('base64');
    for (const wrong of [
      '',
      'x\n',
      `x\n01\n${root}\n`,
      `x\n-1\n${root}\n`,
      `x\n1\n${root.slice(4)}\n`,
      `\n1\n${root}\n`,
      `x\n1\n${root}`,
      `x\n1\n${root}\n\n`,
    ]) {
      expect(() => parseCheckpoint(wrong)).toThrow(NoteRefused);
    }
  });

  it('is not made of what could not be read back', () => {
    expect(() => signNote('no end', [ours])).toThrow(RangeError);
    expect(() => signNote('x\n', [{ ...ours, name: 'a b' }])).toThrow(RangeError);
  });
});

describe('a proof as text', () => {
  const proof = { index: 2n ** 60n, hashes: [checkpoint.root, leafHash(Buffer.of(1))], checkpoint: note };

  it('is read back as it was written', () => {
    for (const extra of [undefined, Buffer.from('more')]) {
      const whole = { ...proof, ...(extra && { extra }) };
      expect(parseTlogProof(formatTlogProof(whole))).toEqual(whole);
    }
    expect(parseTlogProof(formatTlogProof({ ...proof, hashes: [] })).hashes).toEqual([]);
  });

  it('is refused for what it must not be', () => {
    const text = formatTlogProof(proof);
    const root = checkpoint.root.toString('base64');
    for (const wrong of [
      '',
      text.replace('@v1', '@v2'),
      text.replace('index 1', 'index 01'),
      text.replace(root, root.slice(4)),
      text.replace(root, '?'),
      text.replace('index', 'extra ?\nindex'),
    ]) {
      expect(() => parseTlogProof(wrong)).toThrow(ProofRefused);
    }
  });
});
