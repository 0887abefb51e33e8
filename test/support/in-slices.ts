import type { Pool } from 'pg';
import { builtInKinds } from '#libs/chronology';
import { ledgerEnd, readHead } from '#libs/ledger';
import { type Round, verifySlice } from '#libs/verification';

/** Verifies as the service does it by itself. @returns the first finding of a whole round */
export async function inSlices(db: Pool, timeline: string): Promise<Round['first']> {
  const head = await readHead(db, timeline).catch(() => null);
  const size = head?.size ?? (await ledgerEnd(db, timeline));
  let round: Round = { timeline, size, position: 0, stream: null, wrong: 0, first: null };
  for (;;) {
    const slice = await verifySlice(db, builtInKinds, round);
    if (slice.done) return slice.round.first;
    round = slice.round;
  }
}
