import type { Pool } from 'pg';
import { isTileLost, readForAudit, readTileRow } from '#libs/ledger';
import type { TileSource } from './tile-check.js';
import type { RecordSource } from './verify-record.js';

/** Entries read in one statement. */
const pageSize = 1_024;

/**
 * The ledger in a database, up to the size it had when this was asked for: a ledger only grows, so what is read page
 * by page is one record, and nobody who appends waits for it.
 */
export function databaseRecord(db: Pool, timeline: string, size: number): RecordSource {
  return {
    timeline,
    size,
    async *entries() {
      for (let from = 0; from < size; from += pageSize) {
        yield await readForAudit(db, timeline, from, Math.min(size, from + pageSize));
      }
    },
    ...databaseTiles(db, timeline),
  };
}

export function databaseTiles(db: Pool, timeline: string): TileSource {
  return {
    tile: (level, index) => readTileRow(db, timeline, level, index),
    isTileLost: (level, index) => isTileLost(db, timeline, level, index),
  };
}
