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
