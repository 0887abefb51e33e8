import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { EventReader } from '../support/event-reader.js';
import { makeKeyIn, type TestKey } from '../support/keys.js';
import { addressOf, type Process, runServer } from '../support/service-process.js';
import { development } from './development.js';

interface Receipt {
  id: string;
  position: number;
  version: number;
}

let database: TestDatabase;
let data: string;
const processes: Process[] = [];
let writers: string[];
let reader: string;
let key: TestKey;

/** Three services on one database: two to post to, one to read from. */
beforeAll(async () => {
  database = await createTestDatabase();
  key = await makeKeyIn(database.url, 'admin');
  data = await mkdtemp(path.join(os.tmpdir(), 'dateline-several-'));
  const start = (name: string) => {
    const started = runServer({ DATABASE_URL: database.ownerUrl, DATELINE_DATA: path.join(data, name) });
    processes.push(started);
    return addressOf(started);
  };
  [reader, ...writers] = (await Promise.all([start('a'), start('b'), start('c')])) as [string, ...string[]];
}, 60_000);

afterAll(async () => {
  for (const { child } of processes) child.kill('SIGTERM');
  await Promise.all(processes.map(({ ended }) => ended));
  await rm(data, { recursive: true, force: true });
  await database.drop();
}, 30_000);

async function makeTimeline(slug: string): Promise<string> {
  const path = `/v1/timelines`;
  const body = { slug, title: slug, timezone: 'UTC', visibility: 'public' };
  expect((await send(writers[0]!, path, body)).status).toBe(201);
  return `${path}/${slug}/developments`;
}

async function send(address: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(address + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: key.authorization, ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Receipt & { currentVersion?: number } };
}

/** Reads the log page by page until it has `size` developments; every page must go on where the last ended. */
async function readLog(path: string, size: number): Promise<Receipt[]> {
  const log: Receipt[] = [];
  while (log.length < size) {
    const answer = await fetch(`${reader}${path}?limit=1000&after=${log.length - 1}`);
    const { items } = (await answer.json()) as { items: Receipt[] };
    items.forEach((item, i) => expect(item.position).toBe(log.length + i));
    log.push(...items);
  }
  return log;
}

describe('two services that record while a third reads', () => {
  const clients = 64;
  const posts = 6;

  it('leave no gap, lose nothing that was acknowledged, and give consecutive versions', async () => {
    const path = await makeTimeline('crowd');
    const posting = Promise.all(
      Array.from({ length: clients }, async (_, client) => {
        const receipts: Receipt[] = [];
        for (let n = 0; n < posts; n++) {
          const body = development({ id: `${client}-${n}`, matter: `matter-${(client + n) % 5}` });
          const { status, body: receipt } = await send(writers[client % 2]!, path, body);
          expect(status).toBe(201);
          receipts.push(receipt);
        }
        return receipts;
      }),
    );
    const [acknowledged, log] = await Promise.all([posting, readLog(path, clients * posts)]);
    const receipts = acknowledged.flat().sort((a, b) => a.position - b.position);
    expect(receipts.map(({ position }) => position)).toEqual(receipts.map((_, i) => i));
    expect(log.map(({ id, version }) => [id, version])).toEqual(
      receipts.map(({ id, version }) => [id, version]),
    );
    const versions = new Map<string, number[]>();
    for (const entry of log as (Receipt & { matter: string })[]) {
      versions.set(entry.matter, [...(versions.get(entry.matter) ?? []), entry.version]);
    }
    for (const ofOne of versions.values()) expect(ofOne).toEqual(ofOne.map((_, i) => i + 1));
  }, 60_000);

  it('are heard in order by a stream of each', async () => {
    const path = await makeTimeline('heard');
    const streams = [reader, ...writers].map(
      (address) => new EventReader(address + path.replace('developments', 'stream')),
    );
    const count = 40;
    for (let n = 0; n < count; n++) await send(writers[n % 2]!, path, development({ id: `${n}` }));
    await Promise.all(streams.map((stream) => stream.until(count)));
    for (const stream of streams) {
      expect(stream.events.map(({ id, data }) => [id, data.id])).toEqual(
        Array.from({ length: count }, (_, n) => [n, `${n}`]),
      );
      stream.close();
    }
  }, 60_000);

  it('tell those who lose a race for a version which one is current', async () => {
    const path = await makeTimeline('race');
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, client) =>
          send(writers[client % 2]!, path, development({ id: `${round}-${client}` }), {
            'if-match': `"${round}"`,
          }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
        expect([status, body.currentVersion]).toEqual([412, round + 1]);
      }
    }
  }, 60_000);

  it('answer twenty posts of one id with one 201 and nineteen 200, all with the same receipt', async () => {
    const path = await makeTimeline('repeats');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, client) => send(writers[client % 2]!, path, development({ id: 'one' }))),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(19);
    const receipts = answers.map(({ body: { ...receipt } }) => ({ ...receipt, duplicate: undefined }));
    for (const receipt of receipts) expect(receipt).toEqual(receipts[0]);
  }, 30_000);

  it('give an id that two posted with different contents to one of them', async () => {
    const path = await makeTimeline('conflict');
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, client) =>
        send(writers[client % 2]!, path, development({ id: 'one', title: `By client ${client}` })),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(9);
  }, 30_000);
});
