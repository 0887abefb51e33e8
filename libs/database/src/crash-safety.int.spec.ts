import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { openDatabase, silentLog, startEmbeddedPostgres } from '#libs/database';

let dataFolder: string;
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>;
let superuser: pg.Client;
// A server of its own: what is set here is set for all of it.
beforeAll(async () => {
  dataFolder = await mkdtemp(path.join(os.tmpdir(), 'dateline-crash-safety-'));
  await chmod(dataFolder, 0o755);
  server = await startEmbeddedPostgres({ dataFolder, log: silentLog });
  superuser = new pg.Client({ connectionString: server.adminUrl });
  await superuser.connect();
}, 60_000);
afterAll(async () => {
  await superuser.end();
  await server.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

/** What is said at a start where the server has these settings off. */
async function warningsWithout(...settings: string[]): Promise<string[]> {
  for (const setting of settings) await superuser.query(`alter system set ${setting} = off`);
  await superuser.query('select pg_reload_conf()');
  for (const setting of settings) {
    for (let value = 'on'; value !== 'off';)
      value = (await superuser.query(`show ${setting}`)).rows[0][setting];
  }
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (message: string) => void warnings.push(message) };
  await openDatabase({ databaseUrl: server.ownerUrl, dataFolder: 'unused', log });
  return warnings.filter((warning) => /crash/.test(warning));
}

it('warns of a server that may lose in a crash what it says is on the disk', async () => {
  expect(await warningsWithout()).toEqual([]);
  expect(await warningsWithout('fsync', 'full_page_writes')).toEqual([
    expect.stringMatching(/^fsync is off/),
    expect.stringMatching(/^full_page_writes is off/),
  ]);
});
