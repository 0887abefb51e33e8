import type { PoolClient } from 'pg';
import { type Generation, readGenerations, setState } from './generation.js';

/**
 * Lets a generation that has taken in the whole ledger answer and be written to from now on, and keeps the one that
 * did. The transaction holds the head. Whoever planned an append before misses by the epoch and looks again.
 */
export async function makeCurrent(
  client: PoolClient,
  { timeline, generation, size }: Generation,
  now: number,
): Promise<void> {
  const current = (await readGenerations(client, timeline, true)).find(({ state }) => state === 'current')!;
  if (current.generation !== generation) {
    await client.query({
      name: 'keep-size-of-generation',
      text: `update projection set size = coalesce(size, $3) where timeline = $1 and generation = $2`,
      values: [timeline, current.generation, size],
    });
    await setState(client, current, 'kept', now);
    await setState(client, { timeline, generation }, 'current', now);
  }
  await client.query({
    name: 'write-with-appends',
    text: `update projection set size = null where timeline = $1 and generation = $2`,
    values: [timeline, generation],
  });
  await client.query({
    name: 'raise-epoch',
    text: 'update ledger_head set epoch = epoch + 1 where timeline = $1',
    values: [timeline],
  });
}
