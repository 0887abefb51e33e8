import type { Pool, PoolClient } from 'pg';

/** Reads several things as they stood together, while nobody who writes waits for it. */
export async function asOfOneMoment<T>(db: Pool, read: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await db.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    const found = await read(client);
    await client.query('commit');
    return found;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    // What a failed transaction left behind is nobody's: the connection is not used again.
    client.release(broken);
  }
}
