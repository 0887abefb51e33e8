// One Postgres for a run of the tests, in a process of its own: should the test runner be killed, its end of the
// channel closes, and the cluster and its files still go.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { assumeServiceRole, migrate, silentLog, startEmbeddedPostgres } from '#libs/database';

/** What the test files need to make databases of their own. */
export interface TestCluster {
  /** May create and drop databases. */
  adminUrl: string;
  /** Migrated once; copied for each test file. */
  template: string;
  /** Addresses in the template; a test database has the same with its own name. */
  ownerUrl: string;
  serviceUrl: string;
}

const given = process.env['TEST_DATABASE_URL'];
const template = `dateline_template_${process.pid}_${Date.now()}`;

// A Ctrl-C reaches the whole process group; the runner's end, which closes the channel, is what counts.
process.on('SIGINT', () => {});
const over = new Promise<void>((resolve) => {
  for (const event of ['message', 'disconnect', 'SIGTERM', 'SIGHUP']) process.once(event, () => resolve());
});
const { cluster, stop } = given === undefined ? await startOwn() : await useServer(given);
try {
  await migrate(cluster.ownerUrl);
  if (process.connected) process.send!(cluster);
  await over;
} finally {
  await stop();
}
process.exit(0);

async function startOwn() {
  const dataFolder = await mkdtemp(path.join(os.tmpdir(), 'dateline-tests-'));
  await chmod(dataFolder, 0o755);
  const server = await startEmbeddedPostgres({ dataFolder, log: silentLog });
  await execute(server.adminUrl, `create database ${template} owner dateline_owner`);
  return {
    cluster: {
      adminUrl: server.adminUrl,
      template,
      ownerUrl: inDatabase(server.ownerUrl, template),
      serviceUrl: inDatabase(server.serviceUrl, template),
    },
    stop: async () => {
      await server.stop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

async function useServer(adminUrl: string) {
  await execute(adminUrl, `create database ${template}`);
  const ownerUrl = inDatabase(adminUrl, template);
  const serviceUrl = await assumeServiceRole(ownerUrl);
  if (serviceUrl === undefined)
    throw new Error('The user of TEST_DATABASE_URL must be able to create roles.');
  return {
    cluster: { adminUrl, template, ownerUrl, serviceUrl },
    stop: () => execute(adminUrl, `drop database if exists ${template} with (force)`),
  };
}

function inDatabase(url: string, database: string): string {
  const address = new URL(url);
  address.pathname = `/${database}`;
  return address.href;
}

async function execute(connectionString: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
