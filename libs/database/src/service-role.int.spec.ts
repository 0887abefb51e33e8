import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { assumeServiceRole } from '#libs/database';
import { createEmptyDatabase, testCluster, type TestDatabase } from '../../../test/support/database.js';

describe('the role of the service on a server that is not ours', () => {
  let databases: TestDatabase[];
  let urls: string[];
  let role: string;

  beforeEach(async () => {
    role = `role_${randomBytes(8).toString('hex')}`;
    databases = await Promise.all([createEmptyDatabase(), createEmptyDatabase(), createEmptyDatabase()]);
    urls = databases.map(({ ownerUrl }) => asAdmin(ownerUrl));
  });
  afterEach(async () => {
    await Promise.all(databases.map((database) => database.drop()));
    await query(testCluster().adminUrl, `drop role if exists ${role}`);
  });

  it('is made and assumed by several that start at once, each in a database of its own', async () => {
    const assumed = await Promise.all([...urls, ...urls, ...urls].map((url) => assumeServiceRole(url, role)));
    for (const url of assumed)
      expect(await query(url!, 'select current_user::text')).toEqual([{ current_user: role }]);
  });

  it('may not do what was not granted to it', async () => {
    await query(urls[0]!, 'create table ledger (n int)');
    const url = await assumeServiceRole(urls[0]!, role);
    await query(urls[0]!, `grant select, insert on ledger to ${role}`);
    await query(url!, 'insert into ledger values (1)');
    for (const change of [
      'update ledger set n = 2',
      'delete from ledger',
      'truncate ledger',
      'drop table ledger',
    ]) {
      await expect(query(url!, change)).rejects.toMatchObject({ code: '42501' });
    }
  });

  it('is done without where the user may not make it', async () => {
    const poor = `poor_${role}`;
    await query(testCluster().adminUrl, `create role ${poor} login password 'poor'`);
    const url = new URL(urls[0]!);
    [url.username, url.password] = [poor, 'poor'];
    expect(await assumeServiceRole(url.href, role)).toBeUndefined();
    await query(testCluster().adminUrl, `drop role ${poor}`);
  });
});

/** The same database as the cluster's superuser. */
function asAdmin(ownerUrl: string): string {
  const admin = new URL(testCluster().adminUrl);
  admin.pathname = new URL(ownerUrl).pathname;
  return admin.href;
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  return (await client.query(text).finally(() => client.end())).rows;
}
