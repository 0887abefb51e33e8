import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Migration } from 'kysely';
import pg from 'pg';
import { DatabaseUnusable } from './database-unusable.js';

/** The repository's own migrations: beside `libs`, in the sources and in `dist` alike. */
const migrationsFolder = fileURLToPath(new URL('../../../migrations', import.meta.url));

/**
 * Brings a database up to this code's migrations, forward only. All of them run in one transaction, under an
 * advisory lock of the database: a second process that starts at once waits and then finds nothing to do.
 *
 * @param url of the owner
 * @param folder with files named `0001-what.ts` (or `.js`), each exporting `up(db: Kysely<any>)`
 * @returns the names of those that were run
 * @throws DatabaseUnusable database-newer, migration-failed
 */
export async function migrate(url: string, folder: string = migrationsFolder): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.[jt]s$/.test(file)).sort();
  const names = files.map((file) => path.parse(file).name);
  const there = await appliedIn(url);
  refuseNewer(there, names);
  // Most starts: neither the files nor Kysely need then be loaded, 0.3 s of CPU.
  if (there.length === names.length) return [];
  return run(url, await loadMigrations(folder, files));
}

async function run(url: string, migrations: Record<string, Migration>): Promise<string[]> {
  // The one place that imports Migrator: Kysely 0.29 moves it to another door.
  const { Kysely, Migrator, PostgresDialect } = await import('kysely');
  // No statement time-out: rewriting a large table takes what it takes. Locks held by others are another matter.
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'dateline migrate',
    max: 2,
    connectionTimeoutMillis: 10_000,
    lock_timeout: 60_000,
    idle_in_transaction_session_timeout: 600_000,
  });
  pool.on('error', () => {}); // the query in flight reports it
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
      // Kysely's own order is the locale's; the files' names are compared by code unit.
      nameComparator: (a, b) => (a < b ? -1 : a > b ? 1 : 0),
    });
    const { error, results = [] } = await migrator.migrateToLatest();
    if (error === undefined) return results.map(({ migrationName }) => migrationName);
    const failed = results.find(({ status }) => status === 'Error')?.migrationName;
    throw new DatabaseUnusable(
      'migration-failed',
      `Migration ${failed ?? ''} failed, and none was applied: ${(error as Error).message}`,
      { cause: error },
    );
  } finally {
    await db.destroy();
  }
}

/** Names of the migrations that a database has had. */
async function appliedIn(url: string): Promise<string[]> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'dateline migrate',
    connectionTimeoutMillis: 10_000,
    query_timeout: 60_000,
  });
  client.on('error', () => {}); // the query in flight reports it
  await client.connect();
  try {
    const table = await client.query<{ there: boolean }>(
      `select to_regclass('kysely_migration') is not null as there`,
    );
    if (table.rows[0]?.there !== true) return [];
    const { rows } = await client.query<{ name: string }>('select name from kysely_migration order by name');
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

function refuseNewer(applied: string[], known: string[]): void {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new DatabaseUnusable(
    'database-newer',
    `The database is newer than this service: it has ${unknown.join(', ')}, which this release does not know. ` +
      'Run the release that made it, or a later one.',
  );
}

async function loadMigrations(folder: string, files: string[]): Promise<Record<string, Migration>> {
  const migrations: Record<string, Migration> = {};
  for (const file of files) {
    const { up } = (await import(pathToFileURL(path.join(folder, file)).href)) as Migration;
    migrations[path.parse(file).name] = { up };
  }
  return migrations;
}
