import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '#libs/database';
import { readGenerations, setState } from './generation.js';
import type { RebuildSettings } from './settings.js';
import { step } from './step.js';

const tables = ['slot', 'slot_past', 'slot_state', 'note', 'parked_matter', 'matter'];
/** Rows deleted in one statement. */
const batch = 5_000;
/** An answer that began before a generation was left may still be reading it. */
const answersTake = 10_000;

/** Deletes the rows of a timeline's generations that are to go, a few at a time. */
export async function dropGenerations(settings: RebuildSettings, timeline: string): Promise<void> {
  const { pool, clock, patience = answersTake } = settings;
  const going = (await readGenerations(pool, timeline)).filter(({ state }) => state === 'dropping');
  for (const { generation, since } of going) {
    const left = (since ?? 0) + patience - clock();
    if (left > 0) await sleep(Math.min(left, patience));
    let deleted = 0;
    for (const table of tables) {
      for (let rows = batch; rows === batch;) {
        rows = await step(settings, async () => {
          // A join, as where rows are written: of a list of them 5,000 of 150,000 took 11 s before the table was analyzed.
          const { rowCount } = await pool.query({
            name: `drop-from ${table}`,
            text: `delete from ${table} t
                   using (select ctid from ${table} where timeline = $1 and generation = $2 limit ${batch}) r
                   where t.ctid = r.ctid and t.timeline = $1 and t.generation = $2`,
            values: [timeline, generation],
          });
          return rowCount ?? 0;
        });
        deleted += rows;
        settings.onProgress?.({ stage: 'dropping', done: deleted, of: deleted });
      }
    }
    await inTransaction(pool, (client) => setState(client, { timeline, generation }, 'dropped', clock()));
  }
}
