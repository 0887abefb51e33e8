import type { PoolClient } from 'pg';
import type { Database } from '#libs/database';
import { UnknownTimeline } from './errors.js';

/** Where a ledger ends. */
export interface Head {
  /** The number of entries; the next position. */
  size: number;
  /** The leaf hash of the last entry; empty for an empty ledger. */
  tip: Buffer;
  /** Of the last entry, in ms; 0 for an empty ledger. */
  recordedAt: number;
  /** Changes whenever a companion must look again what it writes into. */
  epoch: number;
}

/** Reads the head; `lock` holds it until the transaction's end, so that no other process appends. */
export async function readHead(db: Database, timeline: string, lock = false): Promise<Head> {
  const { rows } = await db.query<{ size: number; tip: Buffer; recorded_at: number; epoch: number }>({
    name: lock ? 'lock-head' : 'read-head',
    text: `select size, tip, recorded_at, epoch from ledger_head where timeline = $1
           ${lock ? 'for update' : ''}`,
    values: [timeline],
  });
  const row = rows[0];
  if (!row) throw new UnknownTimeline(timeline);
  return { size: row.size, tip: row.tip, recordedAt: row.recorded_at, epoch: row.epoch };
}

/** Opens an empty ledger, in the transaction that makes its timeline. */
export async function openLedger(client: PoolClient, timeline: string): Promise<void> {
  await client.query({
    name: 'open-ledger',
    text: `insert into ledger_head (timeline, size, tip, recorded_at) values ($1, 0, '', 0)`,
    values: [timeline],
  });
}
