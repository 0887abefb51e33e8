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
  expect(plan).toMatch(/Filter: .{0,200}hashed SubPlan/);
});

/** How the database finds what is asked from the sixth time on: by one plan, whatever the values are. */
async function planOf(ask: (pool: Pool) => Promise<unknown>): Promise<string> {
  const client = await store.readers.connect();
  let plan = '';
  const query = async ({ name, text, values }: { name: string; text: string; values: unknown[] }) => {
    await client.query(`prepare "${name}" as ${text}`);
    const { rows } = await client.query<Record<string, string>>(
      `explain execute "${name}"(${values.map(literal).join(', ')})`,
    );
    plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    await client.query(`deallocate "${name}"`);
    return { rows: [] };
  };
  try {
    await client.query('set plan_cache_mode = force_generic_plan');
    await ask({ query } as unknown as Pool);
  } finally {
    client.release(true);
  }
  return plan;
}

const literal = (value: unknown) => (Array.isArray(value) ? `'{${value.join()}}'` : `'${String(value)}'`);
