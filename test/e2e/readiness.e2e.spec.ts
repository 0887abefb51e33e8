import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import pg from 'pg';
import { CheckReadiness } from '#libs/timelines';
import { testCluster } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

let server: TestServer;
let owner: pg.Client;

beforeAll(async () => {
  server = await startTestServer();
  owner = new pg.Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  await server.http
    .post(`/v1/timelines/${timeline.slug}/developments`)
    .send(development({ id: 'a' }))
    .expect(201);
});
afterAll(async () => {
  await owner.end();
  await server.close();
});

const beyond = 2n ** 63n - 1n;

describe('readiness', () => {
  it.each([
    [
      'a table is gone',
      'alter table parked_matter rename to parked_matter_gone',
      'alter table parked_matter_gone rename to parked_matter',
      { name: 'situations', ok: false, detail: 'the database answers, and this cannot be told: 42P01' },
    ],
    [
      'a number is beyond all numbers',
      `insert into verification (timeline, under_way, size, position, wrong)
       values ('${timeline.slug}', true, ${beyond}, 0, 0)`,
      'delete from verification',
      { name: 'record', ok: false, detail: 'the database answers, and this cannot be told: RangeError' },
    ],
  ])('is red, and says of what nothing can be told, where %s', async (_what, damage, mend, found) => {
    await owner.query(damage);
    const { body } = await server.http.get('/health/ready').expect(503);
    expect(body).toMatchObject({ code: 'not-ready', ready: false });
    expect(body.checks).toContainEqual({ name: 'database', ok: true });
    expect(body.checks).toContainEqual(found);
    await owner.query(mend);
    await server.http.get('/health/ready').expect(200);
  });

  it('costs the database no more where many ask at once', async () => {
    const asked = jest.spyOn(server.resources.readers, 'query');
    const queries = server.app.get(QueryBus, { strict: false });
    const ready = () => queries.execute(new CheckReadiness());
    expect(await Promise.all(Array.from({ length: 50 }, ready))).toEqual(Array(50).fill(await ready()));
    const forRoom = asked.mock.calls.filter(([text]) => String(text).includes('work_mem'));
    expect(forRoom).toHaveLength(2);
    asked.mockRestore();
  });

  it('is red while the database answers, and takes nothing', async () => {
    const admin = new pg.Client({ connectionString: testCluster().adminUrl });
    await admin.connect();
    const name = new URL(server.database.url).pathname.slice(1);
    /** Read by sessions as they begin. */
    const set = async (how: string) => {
      await admin.query(`alter database ${name} ${how}`);
      await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = $1 and application_name like 'dateline %'`,
        [name],
      );
    };
    /** A connection that was cut may be asked before that is noticed. */
    const onceReconnected = async () => {
      for (;;) {
        const answer = await server.http.get('/health/ready');
        if (!JSON.stringify(answer.body).includes('does not answer')) return answer;
      }
    };
    try {
      await set('set default_transaction_read_only = on');
      const { body } = await onceReconnected();
      expect(body).toMatchObject({ code: 'not-ready', ready: false });
      expect(body.checks).toContainEqual({
        name: 'database',
        ok: false,
        detail: expect.stringMatching(/takes no writes.*default_transaction_read_only/),
      });
      expect(body.checks).toContainEqual({ name: 'situations', ok: true });
      await server.http.post(`/v1/timelines/${timeline.slug}/developments`).send(development()).expect(503);
    } finally {
      await set('reset default_transaction_read_only');
      await admin.end();
    }
    expect((await onceReconnected()).status).toBe(200);
    await server.http.post(`/v1/timelines/${timeline.slug}/developments`).send(development()).expect(201);
  });
});
