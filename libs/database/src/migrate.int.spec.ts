import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { migrate } from '#libs/database';
import { createEmptyDatabase, type TestDatabase } from '../../../test/support/database.js';

describe('migrating', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-migrations-'));
    await writeFile(path.join(folder, 'package.json'), '{"type": "module"}');
    await write('0001-one', 'create table one (n int)');
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('runs what is new, in order, once', async () => {
    await write('0002-two', 'insert into one values (2)');
    expect(await migrate(database.ownerUrl, folder)).toEqual(['0001-one', '0002-two']);
    expect(await migrate(database.ownerUrl, folder)).toEqual([]);
    await write('0003-three', 'insert into one values (3)');
    expect(await migrate(database.ownerUrl, folder)).toEqual(['0003-three']);
    expect(await rows('select n from one')).toEqual([{ n: 2 }, { n: 3 }]);
  });

  it('is done by one of two processes that start at once, and both go on', async () => {
    await write('0002-slow', 'select pg_sleep(1); insert into one values (1)');
    const exits = [inChild(), inChild()].map((child) => once(child, 'exit'));
    expect((await Promise.all(exits)).map(([code]) => code as number)).toEqual([0, 0]);
    expect(await rows('select n from one')).toEqual([{ n: 1 }]);
  });

  it('applies nothing of what is new when one of it fails, and names that one', async () => {
    await write('0002-wrong', 'select nonsense');
    const failure = { code: 'migration-failed', message: expect.stringContaining('0002-wrong') };
    await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject(failure);
    expect(await rows(`select to_regclass('one') as one`)).toEqual([{ one: null }]);
  });

  it('refuses a database that a newer release has migrated', async () => {
    await write('0002-two', 'select 2');
    await migrate(database.ownerUrl, folder);
    await rm(path.join(folder, '0002-two.js'));
    const refusal = { code: 'database-newer', message: expect.stringContaining('0002-two') };
    await expect(migrate(database.ownerUrl, folder)).rejects.toMatchObject(refusal);
  });

  /** SQL alone, so that the files need nothing from this repository. */
  async function write(name: string, statements: string): Promise<void> {
    const lines = statements.split(';').map((text) => `  await run(db, ${JSON.stringify(text.trim())});\n`);
    const run = `const run = (db, text) => db.executeQuery({ sql: text, parameters: [], query: { kind: 'RawNode' } });\n`;
    await writeFile(
      path.join(folder, `${name}.js`),
      `${run}export async function up(db) {\n${lines.join('')}}\n`,
    );
  }

  function inChild() {
    const program = `
      import { migrate } from '#libs/database';
      await migrate(${JSON.stringify(database.ownerUrl)}, ${JSON.stringify(folder)});`;
    const args = ['--import', './scripts/typescript.mjs', '--input-type=module', '-e', program];
    return spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  }

  async function rows(text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: database.ownerUrl });
    await client.connect();
    return (await client.query(text).finally(() => client.end())).rows;
  }
});
