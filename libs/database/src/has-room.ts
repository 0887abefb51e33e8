import type { Pool } from 'pg';
import { isDatabaseFull } from './database-away.js';

/**
 * Whether the disk on which the tables lie has room for what an append may want at once, a megabyte. No server tells how
 * much is left, so it is tried: by a list too large for its memory, of which nothing stays.
 */
export async function hasRoom(pool: Pool): Promise<boolean> {
  try {
    // Several statements in one text are one transaction.
    await pool.query(`
      set local work_mem = '64kB';
      set local temp_tablespaces = '';
      with lines as materialized (
        select repeat(md5(n::text), 32) as line from generate_series(1, 1024) n
      )
      select count(*) from lines`);
    return true;
  } catch (error) {
    if (isDatabaseFull(error)) return false;
    // A server may allow no files so large (temp_file_limit): then only an append can tell.
    if ((error as { code?: unknown }).code === '53400') return true;
    throw error;
  }
}
