import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPool, isDatabaseAway, silentLog } from '#libs/database';
import { testCluster } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

let server: TestServer;
let admin: pg.Client;
beforeAll(async () => {
  server = await startTestServer();
  admin = new pg.Client({ connectionString: testCluster().adminUrl });
  await admin.connect();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
});
afterAll(async () => {
  await admin.end();
  await server.close();
});

const database = () => new URL(server.database.url).pathname.slice(1);
const log = '/v1/timelines/story/developments';

it.each([
  ['takes no connections', () => 'select'],
  ['is being swapped', (name: string) => `alter database ${name} rename to ${name}_away`],
])('while the database %s, the answer is 503 with a time to come back', async (_what, swap) => {
  const name = database();
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
  // Whoever was cut comes again at once, and nobody may be there while a database gets another name.
  await admin.query(`alter database ${name} allow_connections false`);
  while ((await admin.query(cut)).rowCount! > 0);
  await admin.query(swap(name));
  try {
    const answers = [
      await server.http.get('/v1/timelines'),
      await server.http.get('/v1/timelines/story/situation'),
      await server.http.post(log).send(development()),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body.code]).toEqual([503, 'database-away']);
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    }
    const ready = await server.http.get('/health/ready').expect(503);
    expect(ready.body.checks).toEqual([
      { name: 'database', ok: false, detail: 'the database does not answer' },
    ]);
  } finally {
    await admin.query(`alter database ${name}_away rename to ${name}`).catch(() => undefined);
    await admin.query(`alter database ${name} allow_connections true`);
  }
  await server.http.post(log).send(development()).expect(201);
});

it('a role that may not log in, and one that has another password, find the database away', async () => {
  const role = `dateline_test_${randomBytes(8).toString('hex')}`;
  const address = new URL(server.database.url);
  [address.username, address.password] = [role, 'secret'];
  const refusal = async () => {
    const pool = createPool({ url: address.href, applicationName: 'test', log: silentLog });
    return pool
      .query('select')
      .then(
        () => undefined,
        (error: unknown) => error,
      )
      .finally(() => pool.end());
  };
  await admin.query(`create role ${role} login password 'secret'`);
  try {
    expect(await refusal()).toBeUndefined();
    await admin.query(`alter role ${role} nologin`);
    expect(isDatabaseAway(await refusal())).toBe(true);
    await admin.query(`alter role ${role} login password 'another'`);
    expect(isDatabaseAway(await refusal())).toBe(true);
  } finally {
    await admin.query(`drop role ${role}`);
  }
});
