import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { makeKeyText } from '#libs/access';
import { createTestDatabase } from '../support/database.js';
import { addressOf, run, runServer } from '../support/service-process.js';
import { development } from './development.js';

const cli = (args: string[], env: NodeJS.ProcessEnv = {}) => run('dateline', args, env);

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
    const address = await addressOf(first);
    const file = path.join(data, 'admin.key');
    const key = await readFile(file, 'utf8');
    expect(key).toMatch(/^dl_a_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(first.said()).toContain(file);
    expect(first.said()).not.toContain(key);
    const [, curl] = /Try: (curl .*)\n/.exec(first.said())!;
    expect((await promisify(execFile)('sh', ['-c', `${curl} -s`])).stdout).toContain('us-venezuela-2025');
    const http = request.agent(address).set('authorization', `Bearer ${key}`);
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

  it('makes, lists, replaces and revokes keys by the command, also for a service that runs', async () => {
    const service = runServer({ DATELINE_DATA: data, DATELINE_SAMPLE: 'off' });
    const address = await addressOf(service);
    const told = async (args: string[]) => {
      const command = cli(['keys', ...args, '--json'], { DATELINE_DATA: data });
      expect([await command.ended, command.said()]).toEqual([0, expect.stringMatching(/^\{.*\}\n$/)]);
      return JSON.parse(command.said());
    };
    const list = async (key: string) =>
      (await fetch(`${address}/v1/keys`, { headers: { authorization: `Bearer ${key}` } })).status;
    const made = await told([
      'create',
      '--role',
      'admin',
      '--all',
      '--label',
      'the chief',
      '--expires',
      '90d',
    ]);
    expect(await list(made.key)).toBe(200);
    const next = await told(['rotate', made.id]);
    expect(next).toMatchObject({
      role: 'admin',
      timelines: 'all',
      label: 'the chief',
      expiresAt: made.expiresAt,
    });
    await told(['revoke', next.id]);
    for (const { key } of [made, next]) expect(await list(key)).toBe(401);
    const { keys } = await told(['list']);
    expect(keys.map(({ label }: { label: string }) => label)).toEqual([
      'first key',
      'the chief',
      'the chief',
    ]);
    expect(JSON.stringify(keys)).not.toContain(made.key.slice(5, 27));
    service.child.kill('SIGTERM');
    await service.ended;
  }, 120_000);

  it('says what is wrong with a key of another database, and then listens on this machine alone', async () => {
    const file = path.join(data, 'admin.key');
    const key = await readFile(file, 'utf8');
    await writeFile(file, makeKeyText('admin', randomBytes));
    const service = runServer({ DATELINE_DATA: data, HOST: '0.0.0.0' });
    await addressOf(service);
    expect(service.said()).toContain(`${file} holds no admin key for all timelines`);
    expect(service.said()).toContain('has another admin key');
    service.child.kill('SIGTERM');
    await service.ended;
    await writeFile(file, key);
    const database = await createTestDatabase();
    const env = { DATABASE_URL: database.ownerUrl, DATELINE_DATA: data };
    const elsewhere = runServer({ ...env, HOST: '0.0.0.0' });
    expect(await elsewhere.ended).toBe(1);
    expect(elsewhere.said()).toContain('take this file away and start again');
    expect(elsewhere.said()).toMatch(/HOST=0\.0\.0\.0: there is no admin key/);
    expect(elsewhere.said()).not.toContain(key);
    await database.drop();
  }, 120_000);

  it('refuses to start with settings that will not do, and says all of them', async () => {
    const service = runServer({ HOST: 'all of them', DATELINE_SAMPLE: 'maybe', DATELINE_DATA: data });
    expect(await service.ended).toBe(1);
    expect(service.said()).toMatch(/HOST=all of them: must be/);
    expect(service.said()).toContain('DATELINE_SAMPLE=maybe');
    expect(service.said()).not.toContain(' at ');
  }, 60_000);

  it('names HOST, and not the database, where it cannot listen there', async () => {
    const database = await createTestDatabase();
    const folder = path.join(path.dirname(data), 'unheard');
    const service = runServer({
      ...{ DATABASE_URL: database.ownerUrl, DATELINE_DATA: folder, HOST: 'nonsense.invalid' },
    });
    expect(await service.ended).toBe(1);
    expect(service.said()).toContain('HOST=nonsense.invalid: is not an address of this machine');
    expect(service.said()).not.toMatch(/database of DATABASE_URL|\sat \w+ \(/);
    await database.drop();
  }, 60_000);
});

describe('the dateline command', () => {
  it.each([
    [[]],
    [['export']],
    [['migrate', 'now']],
    [['migrate', '--quickly']],
    [['keys']],
    [['keys', 'create', '--role', 'owner', '--all']],
    [['keys', 'create', '--role', 'admin']],
  ])('says how it is used when called with %j', async (args) => {
    const command = cli(args);
    expect(await command.ended).toBe(2);
    expect(command.said()).toContain('Usage: dateline <command>');
  });
});
