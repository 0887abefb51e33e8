import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPool, isDatabaseAway, type Log } from '#libs/database';
import { createTestDatabase, testCluster, type TestDatabase } from '../../../test/support/database.js';

describe('a pool', () => {
  let database: TestDatabase;
  let pool: pg.Pool;
  const warnings: string[] = [];
  const log: Log = { info: () => {}, warn: (message) => warnings.push(message) };

  beforeAll(async () => {
    database = await createTestDatabase();
    const settings = { applicationName: 'pool.int.spec', statementTimeout: 1_000, lockTimeout: 200 };
    pool = createPool({ url: database.url, log, ...settings });
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('serves as the role that the migrations grant to', async () => {
    const { rows } = await pool.query('select current_user::text as role');
    expect(rows).toEqual([{ role: 'dateline_service' }]);
  });

  it('runs a statement on one core and does not compile it', async () => {
    const { rows } = await pool.query(
      `select current_setting('max_parallel_workers_per_gather') as workers, current_setting('jit') as jit`,
    );
    expect(rows).toEqual([{ workers: '0', jit: 'off' }]);
  });

  it('is not the owner and cannot become it', async () => {
    const owner = new URL(database.ownerUrl).username;
    if (owner !== 'dateline_owner') return; // on a given server the URL's user is both
    await expect(pool.query(`set role ${owner}`)).rejects.toMatchObject({ code: '42501' });
  });

  it('survives the end of its idle connections and says so', async () => {
    const { rows } = await pool.query('select pg_backend_pid() as pid');
    const lost = new Promise((resolve) => pool.once('error', resolve));
    await cut(rows[0].pid);
    expect(isDatabaseAway(await lost)).toBe(true);
    expect(warnings.join()).toContain('A database connection was lost');
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('survives the end of a connection in the middle of a query', async () => {
    const client = await pool.connect();
    const { rows } = await client.query('select pg_backend_pid() as pid');
    const asked = client.query('select pg_sleep(20)').catch((error: unknown) => error);
    await cut(rows[0].pid);
    const failure = await asked;
    client.release(true);
    expect(isDatabaseAway(failure)).toBe(true);
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('gives up a statement and a lock that take too long', async () => {
    const slow = await pool.query('select pg_sleep(20)').catch((error: unknown) => error);
    expect(slow).toMatchObject({ code: '57014' });
    const holder = await pool.connect();
    await holder.query('select pg_advisory_lock(1)');
    const waiting = await pool.query('select pg_advisory_lock(1)').catch((error: unknown) => error);
    holder.release(true);
    expect(waiting).toMatchObject({ code: '55P03' });
    expect([slow, waiting].map(isDatabaseAway)).toEqual([true, true]);
  });

  it('reads int8 as a number, and refuses to round one', async () => {
    const { rows } = await pool.query(
      `select 9007199254740991 as n, '{1,null,{}}'::text as t, array[1::int8, null] as a`,
    );
    expect(rows).toEqual([{ n: Number.MAX_SAFE_INTEGER, t: '{1,null,{}}', a: [1, null] }]);
    await expect(pool.query('select 9007199254740993 as n')).rejects.toThrow('beyond 2^53');
    await expect(pool.query('select 1 as fine')).resolves.toMatchObject({ rows: [{ fine: 1 }] });
  });

  it('tells a database that is away from a statement that is wrong', async () => {
    expect(isDatabaseAway(await pool.query('select no').catch((error: unknown) => error))).toBe(false);
    const nowhere = createPool({ url: 'postgresql://x@127.0.0.1:1/x', applicationName: 'nowhere', log });
    expect(isDatabaseAway(await nowhere.query('select 1').catch((error: unknown) => error))).toBe(true);
    await nowhere.end();
  });
});

/** As an administrator would; a server that fails over does the same to every session. */
async function cut(pid: number): Promise<void> {
  const client = new pg.Client({ connectionString: testCluster().adminUrl });
  await client.connect();
  await client.query('select pg_terminate_backend($1)', [pid]).finally(() => client.end());
}
