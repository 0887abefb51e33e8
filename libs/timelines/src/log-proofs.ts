import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Pool } from 'pg';
import { readLeafHash, type StoredEntry, tileReader } from '#libs/ledger';
import { LogInconsistent, type Notary, type SignedCheckpoint } from '#libs/notary';
import { TileTree, verifyInclusion } from '#libs/transparency';
import { InvalidParameter } from './errors.js';
import { isPosition } from './position.js';
import { NOTARY, READERS } from './tokens.js';

/** That the entry at a position is in the log. Hashes are standard base64, from the leaf to the root. */
export interface InclusionProof {
  position: number;
  size: number;
  leafHash: string;
  hashes: string[];
  /** The last checkpoint; its root is the proof's where `size` is the checkpoint's. */
  checkpoint: string;
}

/** That the log of `to` entries begins with the one of `from`. */
export interface ConsistencyProof {
  from: number;
  to: number;
  hashes: string[];
  checkpoint: string;
}

/** Proofs to any size up to the last checkpoint's, each of a few look-ups whatever the position. */
@Injectable()
export class LogProofs {
  constructor(
    @Inject(READERS) private readonly readers: Pool,
    @Inject(NOTARY) private readonly notary: Notary,
  ) {}

  /** @throws InvalidParameter, LogInconsistent */
  async inclusion(timeline: string, position: number, size?: number): Promise<InclusionProof> {
    const checkpoint = await this.checkpoint(timeline);
    const until = within(checkpoint, 'size', size ?? checkpoint.size);
    if (position >= until) {
      const last = until === 0 ? 'there is none yet' : `the last one is ${until - 1}`;
      throw new InvalidParameter('position', `is not among the ${until} entries of this size; ${last}`);
    }
    const tree = new TileTree(checkpoint.size, tileReader(this.readers, timeline));
    const [leafHash, hashes] = await Promise.all([
      readLeafHash(this.readers, timeline, position),
      tree.inclusionProof(position, until),
    ]);
    const proves =
      until < checkpoint.size ||
      verifyInclusion(BigInt(position), BigInt(until), leafHash, hashes, checkpoint.root);
    if (!proves) throw new LogInconsistent(timeline, `its entry ${position} is not the one that was signed`);
    return {
      position,
      size: until,
      leafHash: leafHash.toString('base64'),
      hashes: hashes.map((hash) => hash.toString('base64')),
      checkpoint: checkpoint.note,
    };
  }

  /**
   * That these entries are in the log of the last checkpoint: the note, and by position the hashes from leaf to root.
   * @throws InvalidParameter, LogInconsistent
   */
  async inclusions(
    timeline: string,
    entries: StoredEntry[],
  ): Promise<{ checkpoint: string; hashes: Map<number, Buffer[]> }> {
    const { note, size, root } = await this.checkpoint(timeline);
    const tree = new TileTree(size, tileReader(this.readers, timeline));
    const hashes = new Map<number, Buffer[]>();
    for (const { position, leafHash } of entries) {
      if (position >= size) {
        throw new InvalidParameter('knownAt', `is beyond the last checkpoint, which covers ${size} entries`);
      }
      const proof = await tree.inclusionProof(position, size);
      if (!verifyInclusion(BigInt(position), BigInt(size), leafHash, proof, root)) {
        throw new LogInconsistent(timeline, `its entry ${position} is not the one that was signed`);
      }
      hashes.set(position, proof);
      // The tiles are in memory by now, and others wait for their answers too.
      if (hashes.size % 50 === 0) await nextTurn();
    }
    return { checkpoint: note, hashes };
  }

  /** @throws InvalidParameter, LogInconsistent */
  async consistency(timeline: string, from: number, to?: number): Promise<ConsistencyProof> {
    const checkpoint = await this.checkpoint(timeline);
    const until = within(checkpoint, 'to', to ?? checkpoint.size);
    if (from > until) throw new InvalidParameter('from', `must not be more than ${until}, the later size`);
    const tree = new TileTree(checkpoint.size, tileReader(this.readers, timeline));
    const hashes = await tree.consistencyProof(from, until);
    return {
      from,
      to: until,
      hashes: hashes.map((hash) => hash.toString('base64')),
      checkpoint: checkpoint.note,
    };
  }

  private async checkpoint(timeline: string): Promise<SignedCheckpoint> {
    const checkpoint = await this.notary.checkpoint(timeline);
    this.notary.assertConsistent(timeline);
    return checkpoint;
  }
}

/** @throws InvalidParameter */
export function readSize(parameter: string, text: string): number {
  if (isPosition(text)) return Number(text);
  throw new InvalidParameter(parameter, 'must be a whole number: 0, 1, 2 …');
}

function within({ size }: SignedCheckpoint, parameter: string, asked: number): number {
  if (asked <= size) return asked;
  throw new InvalidParameter(parameter, `is beyond the last checkpoint, which covers ${size} entries`);
}
