import { emptyRoot, nodeHash } from './hash.js';

/**
 * A tree of which only the right edge is kept: the roots of its full subtrees, largest first, one for each bit
 * that is set in its size. That is all it takes to append leaves and to tell the root at any time: at most 64
 * hashes, whatever the number of leaves.
 */
export class RightEdge {
  private constructor(
    private leaves: bigint,
    private readonly subtrees: Buffer[],
  ) {}

  static empty(): RightEdge {
    return new RightEdge(0n, []);
  }

  /**
   * @param subtrees roots of the full subtrees, largest first
   * @throws RangeError where they are not as many as `size` has bits set
   */
  static of(size: bigint, subtrees: readonly Buffer[]): RightEdge {
    if (subtrees.length !== bitsSet(size)) {
      throw new RangeError(
        `a tree of ${size} leaves has ${bitsSet(size)} full subtrees, not ${subtrees.length}`,
      );
    }
    return new RightEdge(size, [...subtrees]);
  }

  get size(): bigint {
    return this.leaves;
  }

  append(leaf: Buffer): void {
    let subtree = leaf;
    // As in counting: each bit that is carried joins two subtrees of one size.
    for (let bits = this.leaves; (bits & 1n) === 1n; bits >>= 1n) {
      subtree = nodeHash(this.subtrees.pop()!, subtree);
    }
    this.subtrees.push(subtree);
    this.leaves++;
  }

  root(): Buffer {
    return this.subtrees.length === 0 ? emptyRoot() : joined(this.subtrees);
  }

  clone(): RightEdge {
    return new RightEdge(this.leaves, [...this.subtrees]);
  }
}

/** The hash over neighbouring full subtrees, largest first, none missing: RFC 6962 splits on the right. */
export function joined(subtrees: readonly Buffer[]): Buffer {
  return subtrees.reduceRight((right, left) => nodeHash(left, right));
}

function bitsSet(size: bigint): number {
  let count = 0;
  for (let rest = size; rest > 0n; rest &= rest - 1n) count++;
  return count;
}
