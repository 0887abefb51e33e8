import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
// The one place that imports Migrator: Kysely 0.29 moves it to another door.
import { Kysely, Migrator, PostgresDialect, sql, type Migration } from 'kysely';
import pg from 'pg';
import { DatabaseUnusable } from './database-unusable.js';

/** The repository's own migrations: beside `libs`, in the sources and in `dist` alike. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../../../migrations');

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
  const migrations = await loadMigrations(folder);
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
    await refuseNewer(db, Object.keys(migrations));
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

async function refuseNewer(db: Kysely<unknown>, known: string[]): Promise<void> {
  const table = await sql<{
    there: boolean;
  }>`select to_regclass('kysely_migration') is not null as there`.execute(db);
  if (table.rows[0]?.there !== true) return;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  const unknown = rows.map(({ name }) => name).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new DatabaseUnusable(
    'database-newer',
    `The database is newer than this service: it has ${unknown.join(', ')}, which this release does not know. ` +
      'Run the release that made it, or a later one.',
  );
}

async function loadMigrations(folder: string): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => /^\d{4}-[a-z0-9-]+\.[jt]s$/.test(file)).sort();
  const migrations: Record<string, Migration> = {};
  for (const file of files) {
    const { up } = (await import(pathToFileURL(path.join(folder, file)).href)) as Migration;
    migrations[path.parse(file).name] = { up };
  }
  return migrations;
}
