import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { scrub, silentLog, startEmbeddedPostgres } from '#libs/database';
import type { EmbeddedPostgres } from './embedded-postgres.js';

jest.setTimeout(60_000);

/** What the operator has set by `alter system`: undefined where nothing. */
async function ownSetting(client: pg.Client): Promise<string | undefined> {
  const { rows } = await client.query<{ setting: string }>(
    `select setting from pg_file_settings where name = 'wal_recycle' and sourcefile like '%postgresql.auto.conf'`,
  );
  return rows[0]?.setting;
}

describe('a scrub', () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let client: pg.Client;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-scrub-'));
    await chmod(folder, 0o755);
    server = await startEmbeddedPostgres({ dataFolder: path.join(folder, 'data'), log: silentLog });
    client = new pg.Client({ connectionString: server.adminUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('leaves no setting of the server behind where there was none', async () => {
    expect(await scrub(server.adminUrl)).toMatchObject({ segmentsLeft: 0, left: [] });
    expect(await ownSetting(client)).toBeUndefined();
  });

  it.each(['off', 'on'])('leaves wal_recycle as its operator had set it: %s', async (value) => {
    await client.query(`alter system set wal_recycle = ${value}`);
    expect(await scrub(server.adminUrl)).toMatchObject({ segmentsLeft: 0, left: [] });
    expect(await ownSetting(client)).toBe(value);
  });
});
