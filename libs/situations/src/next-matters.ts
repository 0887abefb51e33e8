import type { PoolClient } from 'pg';
import { isRegistryStream } from '#libs/chronology';
import { shortStreamsBehind } from '#libs/ledger';

/** Streams looked at in one step. */
const mostStreams = 200;

/**
 * The next matters of a ledger behind one of its streams, by name: as many as have no more than so many entries
 * together; one larger matter goes alone. `last` is the stream up to which was looked, null behind the last one.
 */
export async function nextMatters(
  client: PoolClient,
  timeline: string,
  after: string | null,
  mostEntries: number,
): Promise<{ matters: string[]; last: string | null }> {
  const ends = await shortStreamsBehind(client, timeline, after ?? '', mostStreams, mostEntries);
  const names = ends.map(({ stream }) => stream);
  return { matters: names.filter((name) => !isRegistryStream(name)), last: names.at(-1) ?? null };
}
