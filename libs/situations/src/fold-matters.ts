import type { PoolClient } from 'pg';
import type { KindTable } from '#libs/chronology';
import { readStreamVersions } from '#libs/ledger';
import { type Held, openHeld, take } from './held-account.js';
import { readRecorded } from './payload.js';
import type { ReadModels } from './read-models.js';
import { kindsOf } from './vocabulary.js';
import { writeFoldedAlone } from './write-alone.js';
import type { FoldedRows } from './write-rows.js';

/** Developments of one matter that are read, folded and written at a time. */
const window = 1_000;

/**
 * Folds matters from the first `size` entries of their ledger and writes all the rows they then have, in the
 * caller's transaction. `builtIn` are the kinds that every timeline has; those of its own are read. No row of the
 * matters may stand in that generation before. Their accounts are in memory together.
 * @returns how many entries were folded
 */
export async function foldMatters(
  client: PoolClient,
  builtIn: KindTable,
  models: ReadModels,
  matters: string[],
  size: number,
): Promise<number> {
  const known = await kindsOf(client, models.timeline, size, builtIn);
  const accounts = new Map<string, Held>(matters.map((matter) => [matter, openHeld(matter, known)]));
  let folded = 0;
  for (let after = 0; ; after += window) {
    const versions = { after, upTo: after + window, before: size };
    const entries = await readStreamVersions(client, models.timeline, matters, versions);
    const rows: FoldedRows[] = [];
    for (const entry of entries) {
      const recorded = readRecorded(entry);
      if (!recorded) continue;
      const taken = take(accounts.get(entry.stream)!, recorded);
      accounts.set(entry.stream, taken.held);
      rows.push(taken.rows);
    }
    await writeFoldedAlone(client, models, rows);
    folded += entries.length;
    if (!entries.some(({ version }) => version === after + window)) return folded;
  }
}
