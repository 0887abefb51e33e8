import { hashSize, nodeHash } from './hash.js';

/**
 * Whether `proof` (from the leaf to the root) shows that the leaf with `leafHash` stands at `index` in the tree of
 * `size` leaves with `root`. RFC 9162 §2.1.3.2. False for every input that is not exactly right.
 */
export function verifyInclusion(
  index: bigint,
  size: bigint,
  leafHash: Uint8Array,
  proof: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (index < 0n || index >= size || !areHashes([leafHash, ...proof])) return false;
  let node = index;
  let last = size - 1n;
  let hash: Uint8Array = leafHash;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      [node, last] = overLoneNodes(node, last);
    } else {
      hash = nodeHash(hash, sibling);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(hash, root);
}

/**
 * Whether `proof` shows that the tree of `to` leaves with `toRoot` begins with the tree of `from` leaves with
 * `fromRoot`. RFC 9162 §2.1.4.2. Equal sizes need equal roots and no proof. False from 0: every tree begins with
 * the empty one, so that nothing can be shown of it.
 */
export function verifyConsistency(
  from: bigint,
  to: bigint,
  proof: readonly Uint8Array[],
  fromRoot: Uint8Array,
  toRoot: Uint8Array,
): boolean {
  if (from <= 0n || from > to) return false;
  if (from === to) return proof.length === 0 && equal(fromRoot, toRoot);
  if (!areHashes(proof)) return false;
  // Where the older tree is one full subtree, its root is a node of the newer one and is not sent.
  const path = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  const [seed, ...rest] = path;
  if (seed === undefined) return false;
  let node = from - 1n;
  let last = to - 1n;
  for (; isOdd(node); node >>= 1n) last >>= 1n;
  let older = seed;
  let newer = seed;
  for (const hash of rest) {
    if (last === 0n) return false;
    if (isOdd(node) || node === last) {
      older = nodeHash(hash, older);
      newer = nodeHash(hash, newer);
      [node, last] = overLoneNodes(node, last);
    } else {
      newer = nodeHash(newer, hash);
    }
    node >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(older, fromRoot) && equal(newer, toRoot);
}

/** On the right edge a node without a sibling rises as it is, until it is a right child. */
function overLoneNodes(node: bigint, last: bigint): [node: bigint, last: bigint] {
  while (!isOdd(node) && node !== 0n) {
    node >>= 1n;
    last >>= 1n;
  }
  return [node, last];
}

function isOdd(number: bigint): boolean {
  return (number & 1n) === 1n;
}

function isPowerOfTwo(number: bigint): boolean {
  return (number & (number - 1n)) === 0n;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every(({ length }) => length === hashSize);
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
