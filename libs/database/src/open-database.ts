import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import type { Log } from './log.js';
import { migrate } from './migrate.js';
import { checkServerVersion } from './server-version.js';
import { assumeServiceRole, serviceRole } from './service-role.js';

export interface DatabaseSettings {
  /** `DATABASE_URL`; without it a Postgres of the service's own runs in the data folder. */
  databaseUrl?: string | undefined;
  dataFolder: string;
  log: Log;
  /** Called while the database is waited for: the time for work that does not need it. It may be called again. */
  onStarting?: () => void;
}

/** A database that is up, of a version that will do, with this code's migrations in it. */
export interface OpenDatabase {
  ownerUrl: string;
  /** In the same database as a superuser, where the server is ours; else as DATABASE_URL's user. */
  adminUrl: string;
  /** What the service's pools connect to; its role may do what the migrations granted, and no more. */
  serviceUrl: string;
  embedded: boolean;
  /** Names of the migrations that this opening ran. */
  migrated: string[];
  /** Calls back each time an embedded server is ready again after it had ended unexpectedly. */
  onRestart(listener: () => void): void;
  stop(): Promise<void>;
}

/** @throws DatabaseUnusable when waiting would not help; pg's own errors (see isDatabaseAway) when it might */
export async function openDatabase(settings: DatabaseSettings): Promise<OpenDatabase> {
  if (settings.databaseUrl === undefined) return openEmbedded(settings);
  settings.onStarting?.();
  return openServer(settings.databaseUrl, settings.log);
}

async function openEmbedded({ dataFolder, log, onStarting }: DatabaseSettings): Promise<OpenDatabase> {
  const server = await startEmbeddedPostgres({ dataFolder, log, onStarting });
  try {
    const migrated = await migrate(server.ownerUrl);
    return {
      ownerUrl: server.ownerUrl,
      adminUrl: inDatabaseOf(server.ownerUrl, server.adminUrl),
      serviceUrl: server.serviceUrl,
      embedded: true,
      migrated,
      onRestart: (listener) => server.onRestart(listener),
      stop: () => server.stop(),
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openServer(url: string, log: Log): Promise<OpenDatabase> {
  checkServerVersion(await serverVersion(url));
  const assumed = await assumeServiceRole(url);
  if (assumed === undefined) {
    log.warn(
      `The user of DATABASE_URL can neither make nor become the role ${serviceRole}: the service runs as that user, ` +
        'and only triggers keep it from changing what is recorded.',
    );
  }
  const migrated = await migrate(url);
  return {
    ownerUrl: url,
    adminUrl: url,
    serviceUrl: assumed ?? url,
    embedded: false,
    migrated,
    onRestart: () => {},
    stop: async () => {},
  };
}

async function serverVersion(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
    return Number(rows[0]!.server_version_num);
  } finally {
    await client.end().catch(() => {});
  }
}

/** The second address, in the database of the first. */
function inDatabaseOf(url: string, other: string): string {
  const address = new URL(other);
  address.pathname = new URL(url).pathname;
  return address.href;
}
