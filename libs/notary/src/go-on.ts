import type { Pool } from 'pg';
import { completeTiles, type Head, readHead, tileReader, TilesMissing, UnknownTimeline } from '#libs/ledger';
import { TileTree, verifyConsistency } from '#libs/transparency';
import { LogInconsistent } from './errors.js';

/** What was signed of a ledger last. */
export interface Signed {
  size: number;
  root: Buffer;
}

const mend =
  'Nothing is signed. Put back the newest database; docs/AUDITORS.md says what to do where it is lost.';

/**
 * Where a ledger's tree stands now, from committed rows, if it goes on from what was signed: shown by a consistency
 * proof from the stored tiles and leaves to the root that was signed.
 *
 * @throws LogInconsistent where it does not
 */
export async function goOnFrom(
  db: Pool,
  timeline: string,
  last: Signed | undefined,
): Promise<Signed & { tip: Buffer }> {
  const head = await headOf(db, timeline, last);
  if (last && head.size < last.size) {
    const reason = `the ledger has ${head.size} entries, and the last checkpoint signed of it ${last.size}. ${mend}`;
    throw new LogInconsistent(timeline, reason);
  }
  try {
    return { size: head.size, tip: head.tip, root: await consistentRoot(db, timeline, last, head.size) };
  } catch (error) {
    if (!(error instanceof TilesMissing)) throw error;
    throw new LogInconsistent(
      timeline,
      `entries or tiles are missing (level ${error.level}, tile ${error.index}). ${mend}`,
    );
  }
}

async function headOf(db: Pool, timeline: string, last: Signed | undefined): Promise<Head> {
  try {
    return await readHead(db, timeline);
  } catch (error) {
    if (!(error instanceof UnknownTimeline) || last === undefined || last.size === 0) throw error;
    const reason = `there is no such timeline, and a checkpoint of ${last.size} entries was signed of it. ${mend}`;
    throw new LogInconsistent(timeline, reason);
  }
}

/** Tiles are made that an older release did not write, or that were lost. */
async function consistentRoot(
  db: Pool,
  timeline: string,
  last: Signed | undefined,
  size: number,
): Promise<Buffer> {
  try {
    return await rootGoingOn(db, timeline, last, size);
  } catch (error) {
    if (!(error instanceof TilesMissing)) throw error;
    await completeTiles(db, timeline, size);
    return rootGoingOn(db, timeline, last, size);
  }
}

async function rootGoingOn(
  db: Pool,
  timeline: string,
  last: Signed | undefined,
  size: number,
): Promise<Buffer> {
  const tree = new TileTree(size, tileReader(db, timeline));
  const root = await tree.rootAt(size);
  if (last && last.size > 0) {
    const proof = await tree.consistencyProof(last.size, size);
    if (!verifyConsistency(BigInt(last.size), BigInt(size), proof, last.root, root)) {
      const reason = `its first ${last.size} entries are not those that the last checkpoint was signed over. ${mend}`;
      throw new LogInconsistent(timeline, reason);
    }
  }
  return root;
}
