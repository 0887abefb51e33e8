import type { Pool, PoolClient } from 'pg';

/** The timelines that have a ledger, in order of their names. */
export async function ledgerNames(db: Pool | PoolClient): Promise<string[]> {
  const { rows } = await db.query<{ timeline: string }>('select timeline from ledger_head order by timeline');
  return rows.map(({ timeline }) => timeline);
}
