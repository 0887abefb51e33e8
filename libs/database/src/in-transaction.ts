import type { Pool, PoolClient } from 'pg';

/** Reads several things as they stood together, while nobody who writes waits for it. */
export const asOfOneMoment = 'isolation level repeatable read, read only';

/**
 * Does `work` in one transaction of its own: committed when it is done, rolled back when it fails. A connection that
 * cannot even be rolled back is not used again. @throws what `work` and pg throw
 */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  mode: '' | typeof asOfOneMoment = '',
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin ${mode}`);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((lost: Error) => (broken = lost));
    throw error;
  } finally {
    client.release(broken);
  }
}
