import type { Pool } from 'pg';
import { isDatabaseAway } from '#libs/database';
import { type Head, readHead } from '#libs/ledger';

/** The head of a ledger; null where it has none that can be read. */
export async function findHead(db: Pool, timeline: string): Promise<Head | null> {
  try {
    return await readHead(db, timeline);
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    return null;
  }
}
