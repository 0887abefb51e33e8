import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { settleAdminKey } from '../../apps/server/src/access/admin-key.js';
import { loadSample } from '../../apps/server/src/load-sample.js';
import { type Access, openAccess } from '#libs/access';
import { createPool, silentLog } from '#libs/database';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { startTestServer } from '../support/server.js';
import { silentProxy } from '../support/silent-proxy.js';

describe('two first starts at a time', () => {
  it('give the database one sample, whole', async () => {
    const server = await startTestServer();
    const starts = Promise.all([loadSample(server.app), loadSample(server.app)]);
    await expect(starts.finally(() => server.close())).resolves.toEqual([80, 80]);
  });
});

describe('the first admin key', () => {
  let database: TestDatabase;
  let folder: string;
  const said: string[] = [];
  const log = { ...silentLog, warn: (line: string) => void said.push(line), error: () => undefined };
  const pools: Pool[] = [];
  beforeEach(async () => {
    database = await createTestDatabase();
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-first-'));
    said.length = 0;
  });
  afterEach(async () => {
    for (const pool of pools.splice(0)) await pool.end();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  function connect(url: string): Access {
    const pool = createPool({ url, applicationName: 'test', log: silentLog, max: 2 });
    pools.push(pool);
    return openAccess({ pool, clock: Date.now, random: randomBytes });
  }

  it('stays where the answer to its commit was lost: the next start finds that it is taken', async () => {
    const proxy = await silentProxy(database.url);
    proxy.loseAnswerTo('commit');
    await expect(settleAdminKey(connect(proxy.url), folder, log)).rejects.toThrow();
    proxy.close();
    expect(await settleAdminKey(connect(database.url), folder, log)).toBe(path.join(folder, 'admin.key'));
    expect(said).toEqual([]);
  });

  it('goes where the database has refused to commit it', async () => {
    const owner = connect(database.ownerUrl).pool;
    await owner.query(`
      create function refuse() returns trigger language plpgsql as $$ begin raise 'not today'; end $$;
      create constraint trigger refuse after insert on access_key
        deferrable initially deferred for each row execute function refuse()`);
    await expect(settleAdminKey(connect(database.url), folder, log)).rejects.toThrow('not today');
    expect(await readdir(folder)).toEqual([]);
  });
});
