import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDatabase, type Log } from '#libs/database';
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

  it('does not wait for a database that is not there', async () => {
    const address = new URL(database.ownerUrl);
    address.pathname += '_of_another_name';
    await expect(
      openDatabase({ databaseUrl: address.href, dataFolder: 'unused', log }),
    ).rejects.toMatchObject({
      name: 'DatabaseUnusable',
      code: 'not-let-in',
      message: expect.stringContaining('_of_another_name'),
    });
  });
});
