import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { asOfOneMoment, inTransaction } from './in-transaction.js';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.ownerUrl, max: 1, query_timeout: 200 });
  pool.on('connect', (client) => client.on('error', () => undefined));
  await pool.query('create table kept (n int)');
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const insert = (client: pg.PoolClient, n: number) => client.query('insert into kept values ($1)', [n]);
const kept = async () =>
  (await pool.query<{ n: number }>('select n from kept order by n')).rows.map(({ n }) => n);
const backend = async () =>
  (await pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;

describe('work in a transaction', () => {
  it('is kept when it is done, and answered', async () => {
    expect(await inTransaction(pool, async (client) => (await insert(client, 1)).rowCount)).toBe(1);
    expect(await kept()).toEqual([1]);
  });

  it('leaves nothing when it fails, and its connection is used again', async () => {
    const before = await backend();
    const failing = inTransaction(pool, async (client) => {
      await insert(client, 2);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await kept()).toEqual([1]);
    expect(await backend()).toBe(before);
  });

  it('leaves nothing to whoever comes next where it cannot be rolled back', async () => {
    const before = await backend();
    const silent = inTransaction(pool, async (client) => {
      await insert(client, 3);
      await client.query('select pg_sleep(2)');
    });
    await expect(silent).rejects.toThrow('timeout');
    expect(await backend()).not.toBe(before);
    expect(await kept()).toEqual([1]);
  });

  it('sees one moment, and writes nothing, where it asks for that', async () => {
    const counts = await inTransaction(
      pool,
      async (client) => {
        const count = async () => (await client.query('select from kept')).rowCount;
        const before = await count();
        const other = new pg.Client({ connectionString: database.ownerUrl });
        await other.connect();
        await other.query('insert into kept values (4)');
        await other.end();
        return [before, await count()];
      },
      asOfOneMoment,
    );
    expect(counts).toEqual([1, 1]);
    await expect(inTransaction(pool, (client) => insert(client, 5), asOfOneMoment)).rejects.toThrow(
      'read-only',
    );
  });
});
