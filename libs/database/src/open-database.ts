import pg from 'pg';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import type { Log } from './log.js';
import { migrate } from './migrate.js';
import { refusalOfServer } from './server-refuses.js';
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
  try {
    return await openServer(settings.databaseUrl, settings.log);
  } catch (error) {
    throw refusalOfServer(error) ?? error;
  }
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
  const server = await settingsOf(url);
  checkServerVersion(Number(server.version));
  for (const [name, loss] of Object.entries(lostInACrash)) {
    if (server[name as keyof typeof lostInACrash] === 'off')
      log.warn(`${name} is off on the server of DATABASE_URL: ${loss}.`);
  }
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

/** Settings without which a receipt may be for what a crash of the server's machine takes back; no session can set them. */
const lostInACrash = {
  fsync:
    'what has its receipt may be lost, and the database damaged, when its machine crashes or loses power',
  full_page_writes:
    'the database may be damaged when its machine crashes or loses power, unless its file system writes pages whole',
};

async function settingsOf(
  connectionString: string,
): Promise<Record<'version' | keyof typeof lostInACrash, string>> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query(`
      select current_setting('server_version_num') as version, current_setting('fsync') as fsync,
        current_setting('full_page_writes') as full_page_writes`);
    return rows[0];
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
