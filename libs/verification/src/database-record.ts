import type { Pool } from 'pg';
import { firstFrom, isTileLost, readForAudit, readTileRow } from '#libs/ledger';
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
      for (let from: number | null = 0; from !== null && from < size;) {
        const end: number = Math.min(size, from + pageSize);
        const page = await readForAudit(db, timeline, from, end);
        if (page.length > 0) yield page;
        // The size is what somebody says who may have written anything: where nothing stands there is nothing to read.
        from = page.length > 0 ? end : await firstFrom(db, timeline, end);
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
