import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { makeKeyIn, type TestKey } from '../support/keys.js';
import { addressOf, type Process, runServer } from '../support/service-process.js';
import { development } from './development.js';

interface Logged {
  id: string;
  position: number;
  recordedAt: string;
  recordedBy: string;
  target?: string;
}

const timeline = { slug: 'story', title: 'A story', timezone: 'UTC', visibility: 'public' };
const developments = '/v1/timelines/story/developments';
const lifts = (log: Logged[]) => log.filter(({ id }) => id.startsWith('dateline:embargo-lifted:'));
const desk = (type: string, target: string) => ({
  type: `record.${type}`,
  target,
  reason: 'The desk says so',
  attribution: { by: 'our-desk', record: 'on-record' },
});
const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe('an embargo', () => {
  let server: TestServer;
  let now = Date.parse('2025-09-01T12:00:00Z');
  const end = '2025-09-01T13:00:00.000Z';

  beforeAll(async () => {
    server = await startTestServer({ clock: () => now });
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(() => server.close());

  const post = (body: object) => server.http.post(developments).send(body);
  const log = async () => (await server.http.get(developments).expect(200)).body.items as Logged[];
  /** The service looks again a moment after each commit. */
  async function settled(): Promise<Logged[]> {
    await post(development({ id: `tick-${now}-${Math.random()}`, matter: 'ticks' })).expect(201);
    await sleep(800);
    return log();
  }
  const asOwner = async (statement: string) => {
    const owner = new pg.Client({ connectionString: server.database.ownerUrl });
    await owner.connect();
    await owner.query(statement).finally(() => owner.end());
  };
  const isIn = async (matter: string) =>
    (await server.http.get(`/v1/timelines/story/matters/${matter}?asOf=2025-09-01`)).status === 200;

  it('ends by itself when its time has come, once, in the service’s own name', async () => {
    await post(development({ id: 'a', matter: 'a', embargoedUntil: end })).expect(201);
    expect(lifts(await settled())).toEqual([]);
    expect(await isIn('a')).toBe(false);
    now = Date.parse(end);
    await settled();
    expect(lifts(await settled())).toMatchObject([{ target: 'a', recordedAt: end, recordedBy: 'dateline' }]);
    expect(await isIn('a')).toBe(true);
  });

  it('ends again where the decision that ended it was redacted', async () => {
    const [lifted] = lifts(await log());
    await post({ ...desk('redacted', lifted!.id), id: 'no-more-words' }).expect(201);
    await settled();
    expect(lifts(await settled()).map(({ id }) => id)).toEqual([lifted!.id, `${lifted!.id}:2`]);
    expect(await isIn('a')).toBe(true);
  });

  it('leaves a hold by hand as it is, and is not lifted again where an admin did so earlier', async () => {
    const later = new Date(now + 1000).toISOString();
    await post(development({ id: 'b', matter: 'b', embargoedUntil: later })).expect(201);
    await post(development({ id: 'c', matter: 'c', embargoedUntil: later })).expect(201);
    await post(desk('held', 'b')).expect(201);
    await post(desk('embargo-lifted', 'c')).expect(201);
    expect(await isIn('c')).toBe(true);
    now += 1000;
    expect(lifts(await settled()).flatMap(({ target }) => target ?? [])).toEqual(['a', 'b']);
    expect(await isIn('b')).toBe(false);
    await post(desk('embargo-lifted', 'b')).expect(201);
    expect(await isIn('b')).toBe(false);
    await post(desk('released', 'b')).expect(201);
    expect(await isIn('b')).toBe(true);
  });

  it('is watched by two clocks, and it is said once where they are apart', async () => {
    await settled();
    expect(server.said.filter((line) => /clocks .* apart: synchronise them/.test(line))).toHaveLength(1);
  });

  it('that cannot be lifted is tried again each second, and named once', async () => {
    const later = new Date(now + 1000).toISOString();
    await post(development({ id: 'd', matter: 'd', embargoedUntil: later })).expect(201);
    const position = (await log()).find(({ id }) => id === 'd')!.position;
    const inTheWay = `check (id <> 'dateline:embargo-lifted:${position}')`;
    await asOwner(`alter table ledger_payload add constraint in_the_way ${inTheWay}`);
    now += 1000;
    await settled();
    await sleep(2_500);
    const failure = /The embargo of d in story could not be lifted, and is tried again: .*in_the_way/;
    expect(server.said.filter((line) => failure.test(line))).toHaveLength(1);
    expect(await isIn('d')).toBe(false);
    await asOwner('alter table ledger_payload drop constraint in_the_way');
    await sleep(1_500);
    expect(await isIn('d')).toBe(true);
  });

  it('cannot be moved by a correction, nor ended in the service’s name by anyone else', async () => {
    const moved = { ...desk('corrected', 'a'), replacement: { embargoedUntil: end } };
    expect((await post(moved).expect(422)).body.errors[0].pointer).toBe('/replacement/embargoedUntil');
    const forged = { ...desk('embargo-lifted', 'a'), id: 'dateline:embargo-lifted:0' };
    expect((await post(forged).expect(400)).body.errors[0].pointer).toBe('/id');
  });
});

describe('embargoes over several services', () => {
  let database: TestDatabase;
  let data: string;
  let key: TestKey;
  const processes: Process[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    key = await makeKeyIn(database.url, 'admin');
    data = await mkdtemp(path.join(os.tmpdir(), 'dateline-embargo-'));
  });
  afterAll(async () => {
    for (const { child } of processes) child.kill('SIGTERM');
    await Promise.all(processes.map(({ ended }) => ended));
    await rm(data, { recursive: true, force: true });
    await database.drop();
  }, 30_000);

  async function start(): Promise<{ process: Process; address: string }> {
    const name = path.join(data, String(processes.length));
    const process = runServer({ DATABASE_URL: database.ownerUrl, DATELINE_DATA: name });
    processes.push(process);
    return { process, address: await addressOf(process) };
  }
  async function send(address: string, route: string, body: unknown): Promise<void> {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: key.authorization },
      body: JSON.stringify(body),
    };
    expect((await fetch(address + route, init)).status).toBe(201);
  }
  const embargoed = (name: string, count: number, seconds: number) => {
    const embargoedUntil = inSeconds(seconds);
    return Array.from({ length: count }, (_, i) => development({ id: `${name}${i}`, embargoedUntil }));
  };
  /** The lifts, once there are `count` of them and no more come. */
  async function liftsAt(address: string, count: number): Promise<Logged[]> {
    for (const until = Date.now() + 30_000; ; await sleep(200)) {
      const answer = await fetch(`${address}${developments}?limit=1000`);
      const { items } = (await answer.json()) as { items: Logged[] };
      if (lifts(items).length < count && Date.now() < until) continue;
      await sleep(1_000);
      const again = await fetch(`${address}${developments}?limit=1000&type=record.embargo-lifted`);
      return ((await again.json()) as { items: Logged[] }).items;
    }
  }

  it('are lifted once each, though one of the two that do it is killed meanwhile, and late after a stop', async () => {
    const [a, b] = await Promise.all([start(), start()]);
    await send(a.address, '/v1/timelines', timeline);
    await send(a.address, developments, embargoed('first', 300, 3));
    await sleep(2_700);
    setTimeout(() => a.process.child.kill('SIGKILL'), 320 + Math.random() * 100);
    const lifted = await liftsAt(b.address, 300);
    expect(lifted).toHaveLength(300);
    const targets = new Set(lifted.map(({ target }) => target));
    expect(targets).toEqual(new Set(Array.from({ length: 300 }, (_, i) => `first${i}`)));
    await send(b.address, developments, embargoed('late', 5, 2));
    b.process.child.kill('SIGKILL');
    await Promise.all([a.process.ended, b.process.ended, sleep(2_500)]);
    const c = await start();
    const all = await liftsAt(c.address, 305);
    expect(all).toHaveLength(305);
    expect(all.slice(300).map(({ target }) => target)).toEqual(['late0', 'late1', 'late2', 'late3', 'late4']);
  }, 90_000);
});
