import { createPrivateKey } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromBase64 } from './base64.js';
import { formatCheckpoint, openCheckpoint } from './checkpoint.js';
import { entryBundle, parseEntryBundle } from './entry-bundle.js';
import { leafHash } from './hash.js';
import { signNote } from './note.js';
import { type SignerKey, verifierOf } from './note-keys.js';
import { RightEdge } from './right-edge.js';
import { hashesOf } from './tile.js';
import { TileTree } from './tile-tree.js';
import { formatTlogProof, parseTlogProof } from './tlog-proof.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

const seed = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 9)]);
const signer: SignerKey = {
  name: 'example.org/news/harbour',
  privateKey: createPrivateKey({ key: seed, format: 'der', type: 'pkcs8' }),
};
const entries = Array.from({ length: 200 }, (_, i) => Buffer.from(`{"position":${i},"timeline":"harbour"}`));
const leaves = entries.map(leafHash);
const tree = new TileTree(200, (_level, _index, width) => Promise.resolve(leaves.slice(0, width)));
const rootOf = (hashes: Buffer[]) => {
  const edge = RightEdge.empty();
  for (const hash of hashes) edge.append(hash);
  return edge.root();
};
const note = signNote(formatCheckpoint({ origin: signer.name, size: 200n, root: rootOf(leaves) }), [signer]);
const keys = [verifierOf(signer)];
const { root } = openCheckpoint(note, keys);

/** What is served, and what an auditor does with it: true where it is accepted. */
const served: Record<string, { bytes: () => Promise<Buffer>; accepts: (bytes: Buffer) => boolean }> = {
  note: {
    bytes: () => Promise.resolve(Buffer.from(note)),
    accepts: (bytes) => openCheckpoint(bytes.toString(), keys).root.equals(root),
  },
  tile: {
    bytes: () => Promise.resolve(Buffer.concat(leaves)),
    accepts: (bytes) => rootOf(hashesOf(bytes)).equals(root),
  },
  bundle: {
    bytes: () => Promise.resolve(entryBundle(entries)),
    accepts: (bytes) => {
      const read = parseEntryBundle(bytes);
      return read?.length === 200 && read.every((entry, i) => leafHash(entry).equals(leaves[i]!));
    },
  },
  'proof as text': {
    bytes: async () => {
      const hashes = await tree.inclusionProof(77, 200);
      return Buffer.from(formatTlogProof({ index: 77n, hashes, checkpoint: note }));
    },
    accepts: (bytes) => {
      const { index, hashes, checkpoint } = parseTlogProof(bytes.toString());
      const opened = openCheckpoint(checkpoint, keys);
      return verifyInclusion(index, opened.size, leaves[77]!, hashes, opened.root);
    },
  },
  'proof of consistency': {
    bytes: async () => {
      const hashes = await tree.consistencyProof(100, 200);
      return Buffer.from(JSON.stringify(hashes.map((hash) => hash.toString('base64'))));
    },
    accepts: (bytes) => {
      const hashes = (JSON.parse(bytes.toString()) as string[]).map((text) => fromBase64(text)!);
      return verifyConsistency(100n, 200n, hashes, rootOf(leaves.slice(0, 100)), root);
    },
  },
};

it.each(Object.keys(served))('a %s is refused when any one byte of it is another', async (name) => {
  const { bytes, accepts } = served[name]!;
  const good = await bytes();
  expect(accepts(good)).toBe(true);
  const change = fc.record({ at: fc.nat(good.length - 1), by: fc.integer({ min: 1, max: 255 }) });
  fc.assert(
    fc.property(change, ({ at, by }) => {
      const changed = Buffer.from(good);
      changed[at]! ^= by;
      let accepted: boolean;
      try {
        accepted = accepts(changed);
      } catch {
        accepted = false;
      }
      // JSON has more than one spelling: what reads the same is the same.
      const same = name === 'proof of consistency' && reads(changed) === reads(good);
      expect(accepted).toBe(same);
    }),
    { numRuns: 1_000 },
  );
});

function reads(json: Buffer): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json.toString()));
  } catch {
    return undefined;
  }
}
