import type { Pool } from 'pg';
import { type Content, embargoEnd, type Instant, isWorld } from '#libs/chronology';
import { databaseClock } from '#libs/database';
import type { Proposal } from '#libs/ledger';

/**
 * Asks for each development whose embargo stands to be recorded while it does. Where the ledger is ahead of the clocks,
 * since one that was fast recorded in it, or this process is, the development would be public at once. An embargo is
 * over when this process's clock and the database's both say so; the latter is asked where the former does.
 *
 * @param now by the clock of this process
 */
export async function keepEmbargoes(
  proposals: Proposal<Content>[],
  now: Instant,
  readers: Pool,
): Promise<void> {
  let theirs: Instant | undefined;
  for (const proposal of proposals) {
    const { content } = proposal;
    if (!isWorld(content) || content.embargoedUntil === undefined) continue;
    const end = embargoEnd(content, now) ?? embargoEnd(content, (theirs ??= await databaseClock(readers)));
    if (end !== null) proposal.recordedBefore = end;
  }
}
