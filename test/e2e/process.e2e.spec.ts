import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { addressOf, run, runServer } from '../support/service-process.js';
import { development } from './development.js';

const cli = (args: string[], env: NodeJS.ProcessEnv = {}) => run('apps/cli/src/main.ts', args, env);

describe('the service as a process', () => {
  let data: string;
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-process-'));
    // Postgres refuses to run as root: the user it runs as instead must be able to walk in here.
    await chmod(folder, 0o755);
    data = path.join(folder, 'data');
  });
  afterAll(() => rm(path.dirname(data), { recursive: true, force: true }));

  it('starts with a sample, ends when told to, and starts again with what it has', async () => {
    const first = runServer({ DATELINE_DATA: data });
    const http = request(await addressOf(first));
    expect(first.said()).toMatch(/curl 'http:[^']+'/);
    expect(first.said()).toContain('on this machine alone');
    const { body } = await http.get('/v1/timelines').expect(200);
    expect(body.items).toEqual([expect.objectContaining({ slug: 'us-venezuela-2025', size: 80 })]);
    await http.post('/v1/timelines/us-venezuela-2025/developments').send(development()).expect(201);
    expect(await readFile(path.join(data, 'origin'), 'utf8')).toMatch(/^dateline\.local\/[0-9a-f]{16}\n$/);
    first.child.kill('SIGTERM');
    expect(await first.ended).toBe(0);

    const second = runServer({ DATELINE_DATA: data });
    const again = request(await addressOf(second));
    expect((await again.get('/v1/timelines/us-venezuela-2025').expect(200)).body.size).toBe(81);
    second.child.kill('SIGINT');
    expect(await second.ended).toBe(0);
  }, 120_000);

  it('answers what is under way before it ends', async () => {
    const service = runServer({ DATELINE_DATA: data, DATELINE_SAMPLE: 'off' });
    const http = request(await addressOf(service));
    const waiting = http
      .get('/v1/timelines/us-venezuela-2025/situation?atLeast=1000')
      .then((answer) => answer);
    await http.get('/health/live').expect(200);
    service.child.kill('SIGTERM');
    expect((await waiting).body.code).toBe('not-caught-up');
    expect(await service.ended).toBe(0);
  }, 120_000);

  it('does not wait for anything when told twice', async () => {
    const service = runServer({ DATELINE_DATA: data, DATELINE_SAMPLE: 'off' });
    const http = request(await addressOf(service));
    const waiting = http
      .get('/v1/timelines/us-venezuela-2025/situation?atLeast=1000')
      .catch((error) => error);
    await http.get('/health/live').expect(200);
    service.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect((await waiting).code).toBe('ECONNRESET');
  }, 120_000);

  it('migrates by the command, which has nothing to do the second time', async () => {
    const migrate = cli(['migrate', '--json'], { DATELINE_DATA: data });
    expect(await migrate.ended).toBe(0);
    expect(JSON.parse(migrate.said())).toEqual({ migrated: [] });
  }, 60_000);

  it('refuses to start with settings that will not do, and says all of them', async () => {
    const service = runServer({ HOST: '0.0.0.0', DATELINE_SAMPLE: 'maybe', DATELINE_DATA: data });
    expect(await service.ended).toBe(1);
    expect(service.said()).toMatch(/HOST=0\.0\.0\.0: .*no keys yet/);
    expect(service.said()).toContain('DATELINE_SAMPLE=maybe');
    expect(service.said()).not.toContain(' at ');
  }, 60_000);
});

describe('the dateline command', () => {
  it.each([[[]], [['export']], [['migrate', 'now']], [['migrate', '--quickly']]])(
    'says how it is used when called with %j',
    async (args) => {
      const command = cli(args);
      expect(await command.ended).toBe(2);
      expect(command.said()).toContain('Usage: dateline <command>');
    },
  );
});
