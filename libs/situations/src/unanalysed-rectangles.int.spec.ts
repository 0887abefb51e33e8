import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, silentLog } from '#libs/database';
import { openStore, type Store } from '../../../test/support/recorded-history.js';
import { rectanglesBand } from './area.js';
import { slotsAt, slotsOfMattersAt, turnsOfAccount } from './index.js';

const models = { timeline: 'long', generation: 1 };
const rectangles = 50_000;

let store: Store;
let owner: Pool;
beforeAll(async () => {
  store = await openStore();
  owner = createPool({ url: store.database.ownerUrl, applicationName: 'test', log: silentLog });
  // Nobody has looked yet at what stands there, as right behind an import.
  await owner.query('alter table slot_past set (autovacuum_enabled = off)');
  await owner.query(
    `insert into slot_past
       (timeline, generation, matter, valid_from, valid_to, known_from, known_to, area, state_position, state_ordinal)
     select $1, $2, 'm' || n % 100, 10 * n, 10 * n + 10, n, n + 100,
       box(point(10 * n, $3::float8 + n), point(10 * n + 9, $3 + n + 99)), n, 0
     from generate_series(0, ${rectangles - 1}) n`,
    [models.timeline, models.generation, rectanglesBand(models).start],
  );
});
afterAll(async () => {
  await owner.end();
  await store.close();
});

const point = { models, asOf: 250_000, knownAt: 25_050 };

const situation = (pool: Pool) => slotsAt(pool, point);
const someMatters = (pool: Pool) => slotsOfMattersAt(pool, point, ['m1', 'm2']);
const turns = (pool: Pool) => turnsOfAccount(pool, point, ['m1'], { after: 10, upTo: 20 }, 5);

it.each([
  ['a situation', situation],
  ['that of some matters', someMatters],
  ['the turns of an account', turns],
])('%s is found by rectangles alone, also before the database has counted them', async (_, ask) => {
  const plan = await planOf(ask);
  expect(plan).toContain('slot_past_area');
  expect(plan).not.toContain('slot_past_of_matter');
});

it.each([
  ['that of some matters', someMatters],
  ['the turns of an account', turns],
])('%s hashes the matters, however many rectangles are found where one is expected', async (_, ask) => {
  const plan = await planOf(ask);
  expect(plan.slice(plan.indexOf('slot_past'))).not.toContain('Join Filter');
  expect(plan.slice(0, plan.indexOf('slot_past'))).toMatch(/Filter: .{0,200}hashed SubPlan/);
});

/** How the database would find what is asked. */
async function planOf(ask: (pool: Pool) => Promise<unknown>): Promise<string> {
  let plan = '';
  const explaining = {
    query: async ({ text, values }: { text: string; values: unknown[] }) => {
      const { rows } = await store.readers.query(`explain ${text}`, values);
      plan = rows.map((row: Record<string, string>) => row['QUERY PLAN']).join('\n');
      return { rows: [] };
    },
  };
  await ask(explaining as unknown as Pool);
  return plan;
}
