import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

describe('a checkpoint whose lock is kept by somebody who does not answer', () => {
  let server: TestServer;
  let slow: number;
  beforeAll(async () => {
    server = await startTestServer();
    const lock = path.join(server.signing.folder, 'checkpoints', `${timeline.slug}.lock`);
    await writeFile(lock, 'of a process elsewhere');
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(() => server.close());

  it('is refused after some seconds, once and then at once, and is red in readiness', async () => {
    await server.http.post('/v1/timelines/story/developments').send(development()).expect(201);
    const refused = async () => {
      const began = performance.now();
      const { body, headers } = await server.http.get('/v1/timelines/story/log/checkpoint').expect(503);
      slow = performance.now() - began;
      expect(body.code).toBe('log-inconsistent');
      expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    };
    await refused();
    expect(slow).toBeLessThan(10_000);
    await refused();
    expect(slow).toBeLessThan(3_000);
    const { body } = await server.http.get('/health/ready').expect(503);
    expect(body.checks).toContainEqual(
      expect.objectContaining({ name: 'checkpoints', ok: false, detail: expect.stringContaining('locked') }),
    );
    expect(JSON.stringify(body)).not.toContain(timeline.slug);
    expect(server.said).toEqual([expect.stringContaining('story: its checkpoint could not be signed')]);
  });
});

describe('a service that is told to end while a checkpoint is locked', () => {
  it('does not wait for the lock', async () => {
    const server = await startTestServer();
    const lock = path.join(server.signing.folder, 'checkpoints', `${timeline.slug}.lock`);
    await writeFile(lock, 'of a process elsewhere');
    await server.http.post('/v1/timelines').send(timeline).expect(201);
    await server.http.post('/v1/timelines/story/developments').send(development()).expect(201);
    const began = performance.now();
    await server.close();
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(server.said).toEqual([]);
  });
});
