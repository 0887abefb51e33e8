import type { Pool } from 'pg';
import { countOutside, tilesOutside } from '#libs/ledger';
import type { Findings } from './findings.js';

/** Rows of a ledger that stand outside of it: entries and payloads by their positions, tiles by what would fill them. */
export async function checkOutside(
  db: Pool,
  timeline: string,
  size: number,
  findings: Findings,
): Promise<void> {
  const outside = await countOutside(db, timeline);
  if (outside > 0) {
    findings.add('outside-the-ledger', size, `${outside} rows stand before position 0 or behind the head`);
  }
  for (const { level, index } of await tilesOutside(db, timeline)) {
    const detail = `tile ${index} of level ${level} is stored, and the ledger’s entries do not fill it`;
    findings.add('outside-the-ledger', size, detail);
  }
}
