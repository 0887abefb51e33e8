import { readdir, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { canMount, moveToDisk, type SmallDisk, smallDisk } from '../support/small-disk.js';
import { development, timeline } from './development.js';

const log = '/v1/timelines/story/developments';

(canMount() ? describe : describe.skip)('a database whose disk is full', () => {
  let server: TestServer;
  let disk: SmallDisk;
  let forget: () => Promise<void>;
  beforeAll(async () => {
    server = await startTestServer();
    disk = await smallDisk(40);
    forget = await moveToDisk(server.database.url, disk);
    while ((await server.http.post('/v1/timelines').send(timeline)).status !== 201);
  });
  afterAll(async () => {
    await server.close();
    await forget();
    await disk.remove();
  });

  const large = (n: number) => development({ id: `large-${n}`, text: 'a word or two '.repeat(1_000) });

  it('is told to who records, to who asks whether it is ready, and in the log; with room all goes on', async () => {
    await server.http.get('/health/ready').expect(200);
    server.said.length = 0;
    await disk.fill();
    let recorded = 0;
    let refused = await server.http.post(log).send(large(recorded));
    // There is room in what the tables have.
    for (; refused.status === 201; refused = await server.http.post(log).send(large(recorded))) recorded++;
    expect([refused.status, refused.body.code]).toEqual([503, 'database-full']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const lines = await server.http
      .post(log)
      .set('content-type', 'application/x-ndjson')
      .serialize((raw) => raw as never)
      .send(JSON.stringify(large(recorded)))
      .buffer();
    expect(JSON.parse(lines.text)).toMatchObject({ line: 1, problem: { code: 'database-full' } });
    for (let time = 0; time < 2; time++) {
      const { body } = await server.http.get('/health/ready').expect(503);
      expect(body.checks).toContainEqual({
        name: 'database',
        ok: false,
        detail: expect.stringMatching(/disk is full.*make room/),
      });
    }
    expect(server.said.filter((line) => line.includes('disk is full'))).toHaveLength(1);

    await disk.clear();
    const { body } = await server.http.post(log).send(large(recorded)).expect(201);
    expect(body.position).toBe(recorded);
    await server.http.get('/health/ready').expect(200);
  }, 60_000);
});

(canMount() ? describe : describe.skip)('a full disk on which checkpoints are kept', () => {
  let server: TestServer;
  let disk: SmallDisk;
  let checkpoints: string;
  beforeAll(async () => {
    server = await startTestServer();
    checkpoints = path.join(server.signing.folder, 'checkpoints');
    disk = await smallDisk(1, checkpoints);
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(async () => {
    await disk.remove();
    await server.close();
  });

  it('keeps the last one whole, is told once and without a name, and leaves no half files', async () => {
    await server.http
      .post(log)
      .send(development({ id: 'first' }))
      .expect(201);
    const { text: before } = await server.http.get('/v1/timelines/story/log/checkpoint').expect(200);
    await disk.fill();
    for (const id of ['second', 'third']) {
      await server.http.post(log).send(development({ id })).expect(201);
      // The one before stands.
      expect((await server.http.get('/v1/timelines/story/log/checkpoint').expect(200)).text).toBe(before);
    }
    const { text, body } = await server.http.get('/health/ready').expect(503);
    expect(body.checks).toContainEqual({
      name: 'checkpoints',
      ok: false,
      detail: expect.stringMatching(/disk is full \(ENOSPC\). Make room where checkpoints are kept/),
    });
    expect(text).not.toMatch(/story|\/dateline/);
    expect(server.said).toEqual([expect.stringMatching(/^story: .*checkpoints: ENOSPC/)]);
    expect((await readdir(checkpoints)).sort()).toEqual(['filler', 'story']);
    expect(await readFile(path.join(checkpoints, 'story'), 'utf8')).toBe(before);

    await disk.clear();
    await server.http
      .post(log)
      .send(development({ id: 'fourth' }))
      .expect(201);
    while ((await server.http.get('/v1/timelines/story/log/checkpoint')).text === before);
    await server.http.get('/health/ready').expect(200);
  });
});

describe('a folder for checkpoints that is gone', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(() => server.close());

  it('is told once, and names no timeline and no file to whoever asks whether the service is ready', async () => {
    await rename(path.join(server.signing.folder, 'checkpoints'), path.join(server.signing.folder, 'aside'));
    for (const id of ['first', 'second', 'third']) {
      await server.http.post(log).send(development({ id })).expect(201);
      await server.http.get('/v1/timelines/story/log/checkpoint');
    }
    const { text, body } = await server.http.get('/health/ready').expect(503);
    expect(body.detail).toMatch(/could not be signed and kept \(ENOENT\)/);
    expect(text).not.toMatch(/story|\/dateline/);
    expect(server.said).toEqual([expect.stringMatching(/^story: .*\/checkpoints: ENOENT/)]);
  });
});
