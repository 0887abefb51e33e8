import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { formatVerifierKey, verifierOf } from '#libs/transparency';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { dateline } from '../support/dateline.js';
import { forge } from '../support/forgery.js';
import { type Service, startService } from '../support/service-process.js';
import { development, timeline } from './development.js';

const story = '/v1/timelines/story';
/** More than a tile. */
const recorded = 300;
const rewritten = 123;

let database: TestDatabase;
let folder: string;
/** The newsroom's data folder, with the signing key; and what an auditor keeps. */
let data: string;
let checkpoint: string;
let archive: string;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-rewritten-'));
  [data, checkpoint, archive] = ['data', 'kept.checkpoint', 'kept.tar'].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const command = (...args: string[]) =>
  dateline({ DATABASE_URL: database.ownerUrl, DATELINE_DATA: data }, ...args);

/** The newsroom's service, for as long as `work` takes. */
async function serving<T>(work: (service: Service) => Promise<T>): Promise<T> {
  const service = await startService(data, { DATABASE_URL: database.ownerUrl, DATELINE_VERIFICATION: 'off' });
  try {
    return await work(service);
  } finally {
    await service.stop();
  }
}

const post = ({ http }: Service, from: number, to: number) => {
  const bodies = Array.from({ length: to - from }, (_, n) =>
    development({ id: `n-${from + n}`, matter: `m-${(from + n) % 20}`, title: `Report ${from + n}` }),
  );
  return http.post(`${story}/developments`).send(bodies).expect(201);
};
const ready = async ({ http }: Service) => (await http.get('/health/ready')).body as { ready: boolean };

describe('a history that is rewritten as a whole', () => {
  it('is recorded first, and an auditor keeps its checkpoint, its key and an archive', async () => {
    await serving(async (service) => {
      await service.http.post('/v1/timelines').send(timeline).expect(201);
      await post(service, 0, recorded);
      await writeFile(checkpoint, (await service.http.get(`${story}/log/checkpoint`).expect(200)).text);
      key = (await service.http.get(`${story}/log/key`).expect(200)).text.trim();
      expect(await command('export', 'story', archive, '--json')).toMatchObject({
        code: 0,
        json: { entries: recorded },
      });
      await post(service, recorded, recorded + 10);
    });
    for (const kept of [checkpoint, archive]) {
      expect(await command('verify', 'story', '--since', kept, '--key', key)).toMatchObject({
        code: 0,
        said: expect.stringContaining(`held against ${kept}, of ${recorded} entries`),
      });
    }
  }, 180_000);

  it('is not signed by the service, as long as it has what it signed before', async () => {
    await forge(database.ownerUrl, 'story', rewritten, (content) => ({
      ...content,
      title: 'Another report',
    }));
    await serving(async (service) => {
      expect((await ready(service)).ready).toBe(false);
      expect(service.said()).toContain('are not those that the last checkpoint was signed over');
      await service.http.get(`${story}/log/consistency?from=1&to=${recorded}`).expect(503);
    });
  }, 60_000);

  it('is found by verify, which holds the database against what the service signed last', async () => {
    const kept = path.join(data, 'checkpoints', 'story');
    const { code, json } = await command('verify', '--json');
    expect(json).toMatchObject({
      timelines: [
        {
          kept: [{ name: kept, size: recorded + 10 }],
          wrong: 1,
          first: { code: 'root-differs', detail: expect.stringContaining(kept) },
        },
      ],
    });
    expect(code).toBe(1);
  }, 60_000);

  it('is signed anew by whoever has the key and takes that away, and then fits together in every way', async () => {
    await rm(path.join(data, 'checkpoints', 'story'));
    await serving(async (service) => {
      expect((await ready(service)).ready).toBe(true);
      await post(service, recorded + 10, recorded + 20);
      const signed = (await service.http.get(`${story}/log/checkpoint`).expect(200)).text;
      expect(signed.split('\n')[1]).toBe(`${recorded + 20}`);
      expect((await service.http.get(`${story}/log/key`)).text.trim()).toBe(key);
      const { body } = await service.http.get(`${story}/developments/n-${rewritten}`).expect(200);
      expect(body.title).toBe('Another report');
    });
    const { code, said } = await command('verify', 'story');
    expect(said).toContain('all of it is as it should be');
    expect(code).toBe(0);
  }, 120_000);

  it('is shown by the checkpoint that the auditor kept: verify says at which size it does not fit', async () => {
    const { code, said } = await command('verify', 'story', '--since', checkpoint, '--key', key);
    expect(said).toContain(
      `the first ${recorded} entries are not those of ${checkpoint}: history was rewritten`,
    );
    expect(code).toBe(1);
  }, 60_000);

  it('is shown entry by entry by the archive that the auditor kept: verify names the first that differs', async () => {
    const { code, json } = await command('verify', 'story', '--since', archive, '--key', key, '--json');
    expect(json).toMatchObject({
      ok: false,
      timelines: [
        {
          wrong: 2,
          first: { code: 'kept-entry-differs', position: rewritten },
          findings: [{ code: 'kept-entry-differs' }, { code: 'root-differs', position: recorded - 1 }],
        },
      ],
    });
    expect(code).toBe(1);
  }, 60_000);

  it('takes an archive that was kept under its own key and name alone', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const foreign = formatVerifierKey(verifierOf({ name: key.split('+')[0]!, privateKey }));
    const refused = await Promise.all([
      command('verify', 'story', '--since', archive, '--key', foreign),
      command('verify', 'story', '--since', path.join(folder, 'none'), '--key', key),
      command('verify', 'story', '--since', archive),
    ]);
    expect(refused.map(({ code }) => code)).toEqual([1, 1, 2]);
    expect(refused[0]!.said).toContain('not by the key that was given');
  }, 60_000);
});
