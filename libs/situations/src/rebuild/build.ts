import { inTransaction } from '#libs/database';
import { foldMatters } from '../fold-matters.js';
import { advance, type Generation, lockGeneration } from './generation.js';
import { nextMatters } from '../next-matters.js';
import type { RebuildSettings } from './settings.js';
import { entriesAStep, step } from './step.js';

/**
 * Folds a generation matter by matter up to its `aim`: one matter's account in memory at a time, whatever the size of
 * the ledger. Each step is a transaction that says how far it came, so another process goes on where this one died.
 * @returns it as it stands then, with size = aim
 */
export async function buildUpToAim(settings: RebuildSettings, generation: Generation): Promise<Generation> {
  const { entries = entriesAStep } = settings;
  let at = generation;
  let done = await entriesBefore(settings, at);
  while (at.aim !== null) {
    settings.onProgress?.({ stage: 'folding', done, of: at.aim });
    const from = at;
    await step(settings, async () => {
      const stepped = await inTransaction(settings.pool, async (client) => {
        const locked = await lockGeneration(client, from);
        const { matters, last } = await nextMatters(client, from.timeline, from.lastMatter, entries);
        const folded = await foldMatters(client, settings.kinds, locked, matters, from.aim!);
        const to =
          last === null
            ? { ...locked, size: from.aim, aim: null, lastMatter: null }
            : { ...locked, lastMatter: last };
        await advance(client, to);
        return { to, folded };
      });
      at = stepped.to;
      done += stepped.folded;
    });
  }
  return at;
}

/** How many entries an earlier process has folded of it. */
async function entriesBefore({ pool }: RebuildSettings, at: Generation): Promise<number> {
  if (at.aim === null || at.lastMatter === null) return 0;
  const { rows } = await pool.query<{ count: number }>({
    name: 'entries-folded-before',
    text: `select count(*)::int4 as count from ledger_payload
           where timeline = $1 and stream <= $2 and position < $3`,
    values: [at.timeline, at.lastMatter, at.aim],
  });
  return rows[0]!.count;
}
