import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import request from 'supertest';
import { createTestDatabase, testCluster, type TestDatabase } from '../support/database.js';
import { addressOf, type Process, runServer } from '../support/service-process.js';
import { silentProxy } from '../support/silent-proxy.js';
import { timeline } from './development.js';

let database: TestDatabase;
let data: string;
let service: Process;
beforeEach(async () => {
  database = await createTestDatabase();
  data = await mkdtemp(path.join(os.tmpdir(), 'dateline-ending-'));
});
afterEach(async () => {
  service.child.kill('SIGKILL');
  await service.ended;
  await database.drop();
  await rm(data, { recursive: true });
});
const start = (url: string) => (service = runServer({ DATABASE_URL: url, DATELINE_DATA: data }));
const waited = async (began: number) => (await service.ended, performance.now() - began);

async function said(words: string): Promise<void> {
  while (!service.said().includes(words)) await sleep(20);
}

describe('a service that is told to end', () => {
  it('takes no more requests while the database is silent, and ends within 20 s, and says so', async () => {
    const proxy = await silentProxy(database.ownerUrl);
    const address = await addressOf(start(proxy.url));
    proxy.fallSilent();
    const waiting = request(address)
      .get('/v1/timelines')
      .catch((error) => error);
    await request(address).get('/health/live').expect(200);
    const began = performance.now();
    service.child.kill('SIGTERM');
    await sleep(1_000);
    await expect(request(address).get('/health/live')).rejects.toThrow('ECONNREFUSED');
    expect(await waited(began)).toBeLessThan(22_000);
    expect(await service.ended).toBe(1);
    expect(service.said()).toContain('error: it has not ended within 20 s');
    await waiting;
    proxy.close();
  }, 120_000);

  it('ends at once while it waits for a database, of which it has said once that it does not answer', async () => {
    start('postgresql://nobody@127.0.0.1:1/nothing');
    await said('The database does not answer yet');
    await sleep(2_500);
    const began = performance.now();
    service.child.kill('SIGTERM');
    expect(await waited(began)).toBeLessThan(5_000);
    expect(await service.ended).toBe(0);
    expect(service.said().match(/does not answer yet/g)).toHaveLength(1);
    expect(service.said()).not.toContain('error');
  }, 120_000);

  it('ends at once while a database takes its connection and says nothing', async () => {
    const proxy = await silentProxy(database.ownerUrl);
    proxy.fallSilent();
    start(proxy.url);
    await proxy.connected();
    const began = performance.now();
    service.child.kill('SIGINT');
    expect(await waited(began)).toBeLessThan(5_000);
    expect(await service.ended).toBe(0);
    proxy.close();
  }, 120_000);

  it('answers what is under way when its terminal closes, which may say so twice', async () => {
    const address = await addressOf(start(database.ownerUrl));
    const key = await readFile(path.join(data, 'admin.key'), 'utf8');
    const http = request.agent(address).set('authorization', `Bearer ${key}`);
    await http.post('/v1/timelines').send(timeline).expect(201);
    const waiting = http.get('/v1/timelines/story/situation?atLeast=1000').then(({ body }) => body.code);
    await request(address).get('/health/live').expect(200);
    service.child.kill('SIGHUP');
    await sleep(50);
    service.child.kill('SIGHUP');
    expect(await waiting).toBe('not-caught-up');
    expect(await service.ended).toBe(0);
  }, 120_000);
});

describe('a service whose log nobody reads any more', () => {
  it('goes on', async () => {
    const address = await addressOf(start(database.ownerUrl));
    service.child.stdout!.destroy();
    service.child.stderr!.destroy();
    const admin = new pg.Client({ connectionString: testCluster().adminUrl });
    await admin.connect();
    for (let i = 0; i < 2; i++) {
      const name = new URL(database.ownerUrl).pathname.slice(1);
      await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
      await sleep(1_500);
    }
    await admin.end();
    await request(address).get('/v1/timelines').expect(200);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  }, 120_000);
});
