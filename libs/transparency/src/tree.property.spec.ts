import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { emptyRoot, leafHash, nodeHash } from './hash.js';
import { RightEdge } from './right-edge.js';
import { subtreeRoot, tileWidth } from './tile.js';
import { TileTree, type TileReader } from './tile-tree.js';
import { verifyConsistency, verifyInclusion } from './verify-proof.js';

/** RFC 6962 §2.1 as it is written down. */
function naiveRoot(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return emptyRoot();
  if (leaves.length === 1) return leaves[0]!;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** Tiles of a tree that lies in memory, cut from its leaves. */
function tilesOf(leaves: Buffer[]): TileReader {
  const levels = [leaves];
  for (let below = leaves; below.length >= tileWidth;) {
    const above: Buffer[] = [];
    for (let at = 0; at + tileWidth <= below.length; at += tileWidth) {
      above.push(subtreeRoot(below.slice(at, at + tileWidth)));
    }
    levels.push((below = above));
  }
  return (level, index, width) =>
    Promise.resolve(levels[level]!.slice(index * tileWidth, index * tileWidth + width));
}

const leavesOf = (size: number, seed = 0) =>
  Array.from({ length: size }, (_, i) => leafHash(Buffer.from(`${seed}/${i}`)));

/** Around the sizes at which tiles and subtrees fill, and between. */
const aSize = fc.oneof(
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 250, max: 260 }),
  fc.integer({ min: 500, max: 1_100 }),
);

describe('a tree', () => {
  it('has the root that the definition gives, grown leaf by leaf or read from its tiles', async () => {
    await fc.assert(
      fc.asyncProperty(aSize, async (size) => {
        const leaves = leavesOf(size);
        const edge = RightEdge.empty();
        for (const leaf of leaves) edge.append(leaf);
        const tree = new TileTree(size, tilesOf(leaves));
        const root = naiveRoot(leaves);
        expect(edge.root()).toEqual(root);
        expect(await tree.rootAt(size)).toEqual(root);
        expect((await tree.rightEdgeAt(size)).root()).toEqual(root);
      }),
      { numRuns: 40 },
    );
  });

  it('goes on from a right edge as from its leaves, and a clone leaves it alone', async () => {
    const leaves = leavesOf(70_000);
    const read = tilesOf(leaves);
    const edge = await new TileTree(69_990, read).rightEdgeAt(69_990);
    const before = edge.root();
    const clone = edge.clone();
    for (const leaf of leaves.slice(69_990)) clone.append(leaf);
    expect(clone.root()).toEqual(await new TileTree(70_000, read).rootAt(70_000));
    expect(edge.root()).toEqual(before);
    expect(() => RightEdge.of(3n, [before])).toThrow(RangeError);
  });
});

describe('an inclusion proof', () => {
  it('is accepted for what it proves, and for nothing else', async () => {
    const scene = fc.record({
      size: aSize.filter((size) => size > 0),
      at: fc.nat(),
      other: fc.nat(),
      bit: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ size, at, other, bit }) => {
        const leaves = leavesOf(size);
        const tree = new TileTree(size, tilesOf(leaves));
        const until = 1 + (other % size);
        const index = at % until;
        const proof = await tree.inclusionProof(index, until);
        const root = naiveRoot(leaves.slice(0, until));
        const verify = (i: number, n: number, leaf: Buffer, path: Buffer[]) =>
          verifyInclusion(BigInt(i), BigInt(n), leaf, path, root);
        expect(verify(index, until, leaves[index]!, proof)).toBe(true);
        expect(verify(index + 1, until, leaves[index]!, proof)).toBe(false);
        expect(verify(index, until, flipped(leaves[index]!, bit), proof)).toBe(false);
        expect(verify(index, until, leaves[index]!, [...proof, root])).toBe(false);
        if (proof.length === 0) return;
        const step = other % proof.length;
        expect(verify(index, until, leaves[index]!, proof.with(step, flipped(proof[step]!, bit)))).toBe(
          false,
        );
        expect(verify(index, until, leaves[index]!, proof.slice(1))).toBe(false);
        expect(verify(index, until, leaves[index]!, proof.with(step, proof[step]!.subarray(1)))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a consistency proof', () => {
  it('is accepted between a tree and its beginnings, and for nothing else', async () => {
    const scene = fc.record({
      to: aSize.filter((size) => size > 0),
      at: fc.nat(),
      other: fc.nat(),
      bit: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(scene, async ({ to, at, other, bit }) => {
        const leaves = leavesOf(to);
        const from = 1 + (at % to);
        const proof = await new TileTree(to, tilesOf(leaves)).consistencyProof(from, to);
        const [fromRoot, toRoot] = [naiveRoot(leaves.slice(0, from)), naiveRoot(leaves)];
        const verify = (path: Buffer[], older = fromRoot, newer = toRoot, n = from, m = to) =>
          verifyConsistency(BigInt(n), BigInt(m), path, older, newer);
        expect(verify(proof)).toBe(true);
        expect(verify([...proof, toRoot])).toBe(false);
        expect(verify(proof, flipped(fromRoot, bit))).toBe(false);
        expect(verify(proof, fromRoot, flipped(toRoot, bit))).toBe(false);
        expect(verify(proof, fromRoot, naiveRoot(leavesOf(to, 1)))).toBe(false);
        expect(verify(proof, fromRoot, toRoot, from, from - 1)).toBe(false);
        expect(verify([], emptyRoot(), toRoot, 0)).toBe(false);
        if (proof.length === 0) return;
        const step = other % proof.length;
        expect(verify(proof.with(step, flipped(proof[step]!, bit)))).toBe(false);
        expect(verify(proof.slice(1))).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

it('reads at most two tiles a level for a proof, each once, whatever the position', async () => {
  // Hashes that nobody computed: only what is asked for counts.
  const size = 1_000_000;
  for (const position of [0, 255, 256, 65_535, 65_536, 500_000, 999_999]) {
    const asked: string[] = [];
    const tree = new TileTree(size, (level, index, width) => {
      asked.push(`${level}/${index}`);
      return Promise.resolve(Array.from({ length: width }, () => Buffer.alloc(32)));
    });
    await tree.inclusionProof(position, size);
    expect(new Set(asked).size).toBe(asked.length);
    for (const level of ['0', '1', '2']) {
      expect(asked.filter((name) => name.startsWith(level)).length).toBeLessThanOrEqual(2);
    }
  }
});

function flipped(bytes: Buffer, bit: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[(bit >> 3) % bytes.length]! ^= 1 << (bit & 7);
  return changed;
}
