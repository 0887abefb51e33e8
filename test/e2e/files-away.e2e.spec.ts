import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dateline } from '../support/dateline.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { testOrigin } from '../support/signing.js';
import { development, timeline } from './development.js';

let server: TestServer;
let folder: string;
let env: NodeJS.ProcessEnv;
let key: string;
beforeAll(async () => {
  server = await startTestServer();
  folder = await mkdtemp(path.join(tmpdir(), 'dateline-files-'));
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  await server.http.post('/v1/timelines/story/developments').send(development()).expect(201);
  key = (await server.http.get('/v1/timelines/story/log/key').expect(200)).text.trim();
  env = {
    DATABASE_URL: server.database.ownerUrl,
    DATELINE_DATA: folder,
    DATELINE_ORIGIN: testOrigin,
    DATELINE_SIGNING_KEY: server.signing.keyFile,
    DATELINE_KEY: server.admin.text,
  };
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

/** Ends with 1, in words alone. */
async function expectTold(args: string[], says: string) {
  const { code, said, json } = await dateline(env, ...args, '--json');
  expect(said).toContain(says);
  expect(said).not.toMatch(/^ {4}at |^Node\.js|Unhandled/m);
  expect(code).toBe(1);
  expect(json).toMatchObject({ error: expect.stringContaining(says) });
}

describe('a command whose file cannot be read', () => {
  it('says so in one line, whatever it was to do with it', async () => {
    const none = path.join(folder, 'none');
    const calls = [
      ['verify', '--answer', none],
      ['verify', '--archive', none],
      ['verify', 'story', '--since', none, '--key', key],
      ['import', none],
      ['import', 'story', none],
    ];
    for (const call of calls) await expectTold(call, 'ENOENT');
    await expectTold(['import', 'story', folder], 'EISDIR');
  }, 180_000);
});

describe('an export whose file cannot be written', () => {
  it('says so in one line, and leaves nothing behind', async () => {
    await mkdir(path.join(folder, 'full', 'x'), { recursive: true });
    await expectTold(['export', 'story', path.join(folder, 'nowhere', 'story.tar')], 'ENOENT');
    await expectTold(['export', 'story', path.join(folder, 'full')], 'cannot be written');
    expect((await readdir(folder)).filter((name) => name.includes('unfinished'))).toEqual([]);
  }, 120_000);
});
