import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DatabaseUnusable, openDatabase, type Log } from '#libs/database';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';

describe('opening the database of DATABASE_URL', () => {
  let database: TestDatabase;
  const warnings: string[] = [];
  const log: Log = { info: () => {}, warn: (message) => warnings.push(message) };

  beforeEach(async () => {
    database = await createEmptyDatabase();
  });
  afterEach(() => database.drop());

  it('migrates it once, and starts no server', async () => {
    const settings = { databaseUrl: database.ownerUrl, dataFolder: 'unused', log };
    const [one, other] = await Promise.all([openDatabase(settings), openDatabase(settings)]);
    expect(one.embedded).toBe(false);
    expect(Math.min(one.migrated.length, other.migrated.length)).toBe(0);
    expect((await openDatabase(settings)).migrated).toEqual([]);
  });

  it('warns when the service has to run as the owner', async () => {
    const opened = await openDatabase({ databaseUrl: database.ownerUrl, dataFolder: 'unused', log });
    if (opened.serviceUrl === database.ownerUrl) expect(warnings.join()).toContain('dateline_service');
    else expect(opened.serviceUrl).toContain('role%3Ddateline_service');
  });

  it.each([
    ['no such database', '3D000', (url: URL) => (url.pathname = '/none'), 'Create the database'],
    ['an unknown user', '28', (url: URL) => (url.username = 'nobody-known'), 'user and password'],
  ])('says what to do where there is %s', async (_what, code, change, mend) => {
    const address = new URL(database.ownerUrl);
    change(address);
    const opening = openDatabase({ databaseUrl: address.href, dataFolder: 'unused', log });
    const error = await opening.then(
      () => undefined,
      (each: unknown) => each as DatabaseUnusable,
    );
    expect(error).toBeInstanceOf(DatabaseUnusable);
    expect(error).toMatchObject({ code: 'server-refuses', message: expect.stringContaining(mend) });
    expect(error!.cause).toMatchObject({ code: expect.stringMatching(`^${code}`) });
    expect(error!.message).not.toContain(new URL(database.ownerUrl).password || 'postgresql:');
  });

  it('says what to do where the user may not connect to it', async () => {
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const { pathname } = new URL(database.ownerUrl);
    await owner.query(`revoke connect on database ${pathname.slice(1)} from public`);
    await owner.end();
    const opening = openDatabase({ databaseUrl: database.url, dataFolder: 'unused', log });
    await expect(opening).rejects.toMatchObject({
      ...{ name: 'DatabaseUnusable', code: 'server-refuses', cause: { code: '42501' } },
      message: expect.stringContaining('Grant'),
    });
  });
});
