import type { PoolClient } from 'pg';
import { foldVersion as thisFold, type KindTable } from '#libs/chronology';
import { foldMatters } from './fold-matters.js';
import type { ReadModels } from './read-models.js';
import { type Generation, readGenerations } from './rebuild/generation.js';

export interface MatterToRefold {
  timeline: string;
  matter: string;
  /** The ledger's, with all that the transaction appends. */
  size: number;
  builtIn: KindTable;
  /** This fold's, unless told. */
  foldVersion?: number;
}

/**
 * Makes a matter's read models anew in every generation, from what its ledger still holds of it: what a redaction
 * needs. Runs in the caller's transaction, which holds the head and in which the content is destroyed already. What
 * processes hold in memory of the matter is the caller's affair; whoever builds a generation forgets it by itself.
 */
export async function refoldMatter(
  client: PoolClient,
  { timeline, matter, size, builtIn, foldVersion = thisFold }: MatterToRefold,
): Promise<void> {
  // Locked, so that nobody who builds a generation writes from what was read before.
  for (const each of await readGenerations(client, timeline, true)) {
    const models = { timeline, generation: each.generation };
    await clearMatter(client, models, matter);
    const taken = takenIn(each, matter, size);
    // Of another fold nothing can be made here. Without the matter, what is kept or being built is good for nothing.
    if (each.foldVersion === foldVersion) await foldMatters(client, builtIn, models, [matter], taken);
    else if (each.state !== 'current') await giveUp(client, models);
  }
  await client.query({
    name: 'count-redaction',
    text: 'update projection set redactions = redactions + 1 where timeline = $1',
    values: [timeline],
  });
}

/** How many entries of the ledger this generation has taken in, as far as the matter goes. */
function takenIn({ state, size, aim, lastMatter }: Generation, matter: string, head: number): number {
  if (state === 'dropping') return 0;
  if (aim === null) return size ?? head;
  return lastMatter !== null && matter <= lastMatter ? aim : 0;
}

async function giveUp(client: PoolClient, { timeline, generation }: ReadModels): Promise<void> {
  await client.query({
    name: 'give-up-generation',
    text: `update projection set state = 'dropping' where timeline = $1 and generation = $2`,
    values: [timeline, generation],
  });
}

/** A state's row is named by a position of its matter's stream alone. */
const clearing = [
  `delete from slot_state where timeline = $1 and generation = $2
   and position in (select position from ledger_payload where timeline = $1 and stream = $3)`,
  ...['slot', 'slot_past', 'note', 'parked_matter', 'matter'].map(
    (table) => `delete from ${table} where timeline = $1 and generation = $2 and matter = $3`,
  ),
];

async function clearMatter(
  client: PoolClient,
  { timeline, generation }: ReadModels,
  matter: string,
): Promise<void> {
  for (const [index, text] of clearing.entries()) {
    await client.query({ name: `clear-matter ${index}`, text, values: [timeline, generation, matter] });
  }
}
