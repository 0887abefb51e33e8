import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { startVerifying } from '../../apps/server/src/start-verifying.js';
import { up as forgetWords } from '../../migrations/0011-findings-without-words.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

/** As quick as it can be. */
const pace = { share: 1, busyShare: 1, rest: 200, idle: 20 };

let server: TestServer;
let owner: pg.Client;
let serial = 0;
const said: string[] = [];
const log = { info: () => undefined, warn: (message: string) => void said.push(message) };

beforeAll(async () => {
  server = await startTestServer();
  owner = new pg.Client({ connectionString: server.database.ownerUrl });
  await owner.connect();
  await owner.query('alter table ledger_payload disable trigger user');
  await server.http
    .post('/v1/timelines')
    .send({ ...timeline, slug: 'secret-story', visibility: 'private' })
    .expect(201);
  const bodies = Array.from({ length: 700 }, (_, n) => development({ id: `n${n}`, matter: `m-${n % 30}` }));
  await server.http.post('/v1/timelines/secret-story/developments').send(bodies).expect(201);
});
afterAll(async () => {
  await owner.end();
  await server.close();
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error('it never came to be so');
}

const rounds = async () =>
  Number((await owner.query('select coalesce(sum(rounds), 0) as sum from verification')).rows[0].sum);

const readiness = async () => (await server.http.get('/health/ready')).body;

describe('verifying in the background', () => {
  it('goes round after round, by one process at a time, and finds nothing in a record that is whole', async () => {
    const ends = [startVerifying(server.resources, log, pace), startVerifying(server.resources, log, pace)];
    await until(async () => (await rounds()) >= 3);
    const { rows } = await owner.query('select holder from verification_lease');
    expect(rows).toHaveLength(1);
    await Promise.all(ends.map((end) => end()));
    expect(said).toEqual([]);
    expect(await readiness()).toMatchObject({ ready: true });
  }, 60_000);

  it('goes on where it was after a restart', async () => {
    await owner.query(
      `update verification set under_way = true, size = 700, position = 512, stream = null, rounds = 0`,
    );
    const end = startVerifying(server.resources, log, { ...pace, rest: 3_600_000 });
    await until(async () => (await rounds()) === 1);
    await end();
    const { rows } = await owner.query('select position::int4 from verification');
    expect(rows).toEqual([{ position: 700 }]);
  }, 60_000);

  it('finds a slot that is wrong: ready turns red without a name, the log tells where, and mended it turns green', async () => {
    const wrong = `update slot set known_from = known_from + 1 where timeline = 'secret-story' and matter = 'm-7'`;
    await owner.query(wrong);
    const end = startVerifying(server.resources, log, pace);
    await until(async () => !(await readiness()).ready);
    const body = await readiness();
    expect(body.checks).toContainEqual({
      name: 'record',
      ok: false,
      detail: expect.stringContaining('1 of 1 timelines'),
    });
    expect(JSON.stringify(body)).not.toContain('secret-story');
    expect(said.join('\n')).toContain('verification of secret-story: position ');
    expect(said.join('\n')).toContain('matter m-7');
    await owner.query(wrong.replace('+ 1', '- 1'));
    await until(async () => (await readiness()).ready);
    await end();
  }, 60_000);

  it('tells and keeps where a state is wrong, and none of its words, which may have to be destroyed', async () => {
    const swap = (from: string, to: string) =>
      owner.query('update slot_state set state = replace(state, $1, $2) where position = 9', [from, to]);
    const first = async () => (await owner.query('select first from verification')).rows[0]?.first ?? null;
    await swap('Reward of', 'Words of');
    const end = startVerifying(server.resources, log, pace);
    await until(async () => (await first()) !== null);
    expect(await first()).toEqual({ code: 'slots-differ', position: 9, matter: 'm-9' });
    expect(said.join('\n')).toContain('position 9, matter m-9: slots-differ');
    expect(said.join('\n')).not.toMatch(/Words of|Reward of/);
    await swap('Words of', 'Reward of');
    await until(async () => (await readiness()).ready);
    await end();
  }, 60_000);

  it('has kept such words in an earlier release, until the database is migrated', async () => {
    const place = { code: 'slots-differ', position: 9, matter: 'm-9' };
    const keep = (timeline: string, first: object | null) =>
      owner.query(
        'insert into verification (timeline, under_way, size, position, wrong, first) values ($1, false, 0, 0, 1, $2)',
        [timeline, JSON.stringify(first)],
      );
    await keep('earlier', { ...place, detail: 'Words that go' });
    await keep('fine', null);
    const pool = new pg.Pool({ connectionString: server.database.ownerUrl, max: 1 });
    const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });
    await forgetWords(db);
    await db.destroy();
    const { rows } = await owner.query(
      `delete from verification where timeline in ('earlier', 'fine') returning timeline, first`,
    );
    expect(rows).toEqual([
      { timeline: 'earlier', first: place },
      { timeline: 'fine', first: null },
    ]);
  });

  it('finds that a hold was taken away beside the ledger, and turns green when it is back', async () => {
    const hold = {
      ...{ id: 'hold', type: 'record.held', target: 'n5', reason: 'The lawyer' },
      attribution: { by: 'our-desk', record: 'on-record' },
    };
    await server.http.post('/v1/timelines/secret-story/developments').send(hold).expect(201);
    await owner.query(`delete from withheld where timeline = 'secret-story' and position = 5`);
    const end = startVerifying(server.resources, log, pace);
    await until(async () => !(await readiness()).ready);
    expect(said.join('\n')).toContain(
      'position 5, matter m-5: withheld-differs; `dateline verify secret-story`',
    );
    await owner.query(`insert into withheld (timeline, position, held) values ('secret-story', 5, true)`);
    await until(async () => (await readiness()).ready);
    await end();
  }, 60_000);

  it('finds a byte that was changed in the ledger', async () => {
    const flip = `update ledger_payload set payload = set_byte(payload, 9, get_byte(payload, 9) # 1) where position = 600`;
    await owner.query(flip);
    const end = startVerifying(server.resources, log, pace);
    await until(async () => !(await readiness()).ready);
    expect(said.join('\n')).toContain('position 600: payload-digest-differs');
    await end();
  }, 60_000);

  it.each<[string, string, string]>([
    [
      'one holds a payload that has no canonical JSON',
      `update ledger_payload set payload = '{"n":1e999}' where timeline = 'secret-story' and position = 601`,
      'position 601: payload-malformed',
    ],
    ['one has lost its head', `delete from ledger_head where timeline = 'secret-story'`, 'head-missing'],
  ])(
    'goes on to the other timelines where %s',
    async (_what, statement, found) => {
      const slug = `behind-${serial++}`;
      await server.http
        .post('/v1/timelines')
        .send({ ...timeline, slug })
        .expect(201);
      await server.http
        .post(`/v1/timelines/${slug}/developments`)
        .send(development({ id: 'a' }))
        .expect(201);
      await owner.query(statement);
      await owner.query(`update verification set wrong = 0, last_wrong = 0, finished_at = null`);
      said.length = 0;
      const end = startVerifying(server.resources, log, pace);
      const verified = 'select from verification where timeline = $1 and rounds > 1';
      await until(async () => (await owner.query(verified, [slug])).rowCount === 1);
      await end();
      expect(said.join('\n')).toContain(found);
      const { ready, checks } = await readiness();
      expect(ready).toBe(false);
      expect(JSON.stringify(checks)).toContain('verifying found 1 of ');
    },
    60_000,
  );
});
