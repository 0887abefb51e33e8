import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCheckpoint, parseVerifierKey, verifyConsistency } from '#libs/transparency';
import { dateline } from '../support/dateline.js';
import { type Service, startService } from '../support/service-process.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';
let folder: string;
/** The service's data folder, and copies of the database's files that were made while it was stopped. */
let data: string;
let backup: string;
let newest: string;
let key: string;
/** The last checkpoint before the backup was put back: of 9 entries, where the backup has 5. */
let signed: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-restored-'));
  // Postgres refuses to run as root: the user it runs as instead must be able to walk in here.
  await chmod(folder, 0o755);
  [data, backup, newest] = ['data', 'backup', 'newest'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function serving<T>(work: (service: Service) => Promise<T>, env: NodeJS.ProcessEnv = {}): Promise<T> {
  const service = await startService(data, { DATELINE_VERIFICATION: 'off', ...env });
  try {
    return await work(service);
  } finally {
    await service.stop();
  }
}

const cluster = () => path.join(data, 'postgres');
/** With the owners of all files: Postgres runs as a user of its own. */
const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);
const post = ({ http }: Service, ...ids: string[]) =>
  http
    .post(`${story}/developments`)
    .send(ids.map((id) => development({ id })))
    .expect(201);
const checkpointOf = async ({ http }: Service) =>
  (await http.get(`${story}/log/checkpoint`).expect(200)).text;
const sizeOf = (checkpoint: string) => Number(checkpoint.split('\n')[1]);
const kept = () => readFile(path.join(data, 'checkpoints', 'story'), 'utf8');
const readiness = ({ http }: Service) => http.get('/health/ready');
const checkOf = ({ body }: { body: { checks: { name: string }[] } }) =>
  body.checks.find(({ name }) => name === 'checkpoints');

/** Asks until the service has signed so many entries. */
async function signedAt(service: Service, size: number): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const checkpoint = await checkpointOf(service);
    if (sizeOf(checkpoint) === size) return checkpoint;
  }
  throw new Error(`${size} entries were never signed`);
}

describe('a database that is restored from a backup', () => {
  it('has recorded, and signed, more than the backup holds', async () => {
    await serving(async (service) => {
      await service.http.post('/v1/timelines').send(timeline).expect(201);
      await post(service, 'a', 'b', 'c', 'd', 'e');
      expect(sizeOf(await signedAt(service, 5))).toBe(5);
      key = (await service.http.get(`${story}/log/key`).expect(200)).text.trim();
    });
    await copy(cluster(), backup);
    await serving(async (service) => {
      await post(service, 'f', 'g', 'h', 'i');
      signed = await signedAt(service, 9);
    });
    expect(await kept()).toBe(signed);
    await rename(cluster(), newest);
    await copy(backup, cluster());
  }, 120_000);

  it('turns readiness red with the reason and what to do, and nothing is signed of it, however it grows', async () => {
    await serving(async (service) => {
      const red = await readiness(service);
      expect(red.status).toBe(503);
      expect(checkOf(red)).toMatchObject({
        ok: false,
        detail:
          'of one ledger: the ledger has 5 entries, and the last checkpoint signed of it 9. Nothing is signed. ' +
          'Put back the newest database; docs/AUDITORS.md says what to do where it is lost.',
      });
      expect(service.said()).toContain('story: the ledger has 5 entries');
      // The last good checkpoint stands; nothing is proven against it.
      expect(await checkpointOf(service)).toBe(signed);
      const refused = await service.http.get(`${story}/log/proof?position=1&size=5`).expect(503);
      expect(refused.body.code).toBe('log-inconsistent');
      // Recording and reading go on.
      await post(service, 'x');
      await service.http.get(`${story}/developments/x`).expect(200);
      await post(service, 'y1', 'y2', 'y3', 'y4');
      expect(await checkpointOf(service)).toBe(signed);
      expect(checkOf(await readiness(service))).toMatchObject({
        detail: expect.stringContaining('its first 9 entries are not those that the last checkpoint'),
      });
    });
    expect(await kept()).toBe(signed);
  }, 120_000);

  it('shows to an auditor who kept a checkpoint', async () => {
    const { code, said } = await dateline(
      { DATELINE_DATA: data },
      ...['verify', 'story', '--since', path.join(data, 'checkpoints', 'story'), '--key', key],
    );
    expect(said).toContain('the first 9 entries are not those of');
    expect(code).toBe(1);
  }, 60_000);

  it('is signed on once the newest database is back: the documented way out', async () => {
    const lost = path.join(folder, 'what the backup became');
    await rename(cluster(), lost);
    await copy(newest, cluster());
    await serving(async (service) => {
      expect((await readiness(service)).status).toBe(200);
      await post(service, 'j');
      const [before, after] = [signed, await signedAt(service, 10)].map((note) =>
        openCheckpoint(note, [parseVerifierKey(key)!]),
      );
      const { body } = await service.http.get(`${story}/log/consistency?from=9&to=10`).expect(200);
      const proof = (body.hashes as string[]).map((hash) => Buffer.from(hash, 'base64'));
      expect(verifyConsistency(9n, 10n, proof, before!.root, after!.root)).toBe(true);
    });
    await rm(cluster(), { recursive: true });
    await rename(lost, cluster());
  }, 120_000);

  it('goes on under a new name where the newest is lost for good: no checkpoint of the old name is ever forked', async () => {
    const origin = { DATELINE_ORIGIN: 'example.org/news-since-the-fire' };
    // A new name alone is no way out: what was signed is remembered.
    await serving(async (service) => expect((await readiness(service)).status).toBe(503), origin);
    await rename(path.join(data, 'checkpoints'), path.join(folder, 'checkpoints of before'));
    await serving(async (service) => {
      expect((await readiness(service)).status).toBe(200);
      const anew = await signedAt(service, 10);
      expect(anew.split('\n')[0]).toBe('example.org/news-since-the-fire/story');
      expect(() => openCheckpoint(anew, [parseVerifierKey(key)!])).toThrow();
      await post(service, 'z');
      expect(sizeOf(await signedAt(service, 11))).toBe(11);
      expect(checkOf(await readiness(service))).toMatchObject({ ok: true });
    }, origin);
  }, 120_000);
});
