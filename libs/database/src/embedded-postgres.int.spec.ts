import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { silentLog, startEmbeddedPostgres } from '#libs/database';
import type { EmbeddedPostgres } from './embedded-postgres.js';
import { installedBinaries } from './postgres-binaries.js';
import { isPostmasterOf, readPostmasterPid } from './postmaster-pid.js';

jest.setTimeout(60_000);
const asRoot = process.getuid?.() === 0 ? it : it.skip;

const withDeathSignal = spawnSync('setpriv', ['--pdeathsig', 'INT', 'true']).status === 0 ? it : it.skip;

describe('an embedded Postgres', () => {
  let pristine: string;
  let top: string;
  let dataFolder: string;
  let data: string;
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];

  // Making a cluster takes ten times as long as copying one.
  beforeAll(async () => {
    pristine = await reachableFolder();
    const server = await startEmbeddedPostgres({
      dataFolder: path.join(pristine, 'data folder'),
      log: silentLog,
    });
    await server.stop();
  });
  afterAll(() => rm(pristine, { recursive: true, force: true }));

  beforeEach(async () => {
    top = await reachableFolder();
    spawnSync('cp', ['-a', path.join(pristine, 'data folder'), top]);
    dataFolder = path.join(top, 'data folder');
    data = path.join(dataFolder, 'postgres', 'data');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await killed(child);
    for (const server of running.splice(0)) await server.stop();
    await rm(top, { recursive: true, force: true });
  });

  it('keeps its addresses and its data from one start to the next', async () => {
    const first = await start();
    await remember(first);
    await first.stop();
    const second = await start();
    expect(second.serviceUrl).toBe(first.serviceUrl);
    expect(await recalls(second)).toBe(true);
  });

  it('lets no other user of the machine read its passwords or reach its socket', async () => {
    await start();
    const home = path.join(dataFolder, 'postgres');
    expect((await stat(home)).mode & 0o077).toBe(0);
    expect((await stat(path.join(home, 'passwords.json'))).mode & 0o077).toBe(0);
  });

  it('has its data and nothing in its way after a kill -9 of the process that ran it', async () => {
    const { child } = await startInChild();
    const follower = await start();
    await remember(follower);
    await follower.stop();
    await killed(child);
    expect(await recalls(await start())).toBe(true);
  });

  withDeathSignal('does not outlive a kill -9 of the process that ran it', async () => {
    const { child } = await startInChild();
    const { pid } = (await readPostmasterPid(data))!;
    await killed(child);
    while (await isPostmasterOf(data, pid)) await delay(50); // or the test's time is up
  });

  it('ends the orphan of a killed process where no kernel has done so', async () => {
    const { child } = await startInChild({ PATH: '/nonexistent' }); // no setpriv there
    const { pid } = (await readPostmasterPid(data))!;
    await killed(child);
    expect(await isPostmasterOf(data, pid)).toBe(true);
    await start();
    expect(await isPostmasterOf(data, pid)).toBe(false);
  });

  it('starts despite a postmaster.pid that names a process of another kind', async () => {
    const { uid, gid } = await stat(data);
    const stranger = spawn('sleep', ['60'], { uid, gid });
    children.push(stranger);
    await writeFile(path.join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1700000000\n5432\n\n\n`);
    await start();
    expect(stranger.exitCode).toBeNull();
  });

  it('is started again when its server is killed, and says when it is ready', async () => {
    const server = await start();
    await remember(server);
    const again = new Promise<void>((resolve) => server.onRestart(resolve));
    const began = Date.now();
    process.kill((await readPostmasterPid(data))!.pid, 'SIGKILL');
    await again;
    expect(await recalls(server)).toBe(true);
    expect(Date.now() - began).toBeLessThan(30_000);
  });

  it('is one server for two processes, which the second keeps up when the first is killed', async () => {
    const { child, serviceUrl } = await startInChild();
    const follower = await start();
    expect(follower.serviceUrl).toBe(serviceUrl);
    await remember(follower);
    const again = new Promise<void>((resolve) => follower.onRestart(resolve));
    await killed(child);
    await again;
    expect(await recalls(follower)).toBe(true);
  });

  it('is left running by a process that only followed', async () => {
    const leader = await start();
    await (await start()).stop();
    await remember(leader);
    expect(await recalls(leader)).toBe(true);
  });

  it('comes up once when two start at the same time in an empty folder', async () => {
    await rm(dataFolder, { recursive: true });
    const [one, other] = await Promise.all([start(), start()]);
    await remember(one);
    expect(await recalls(other)).toBe(true);
  });

  it('is not hit by a Ctrl-C, which reaches the whole foreground, before the service has stopped it', async () => {
    const { child } = await startInChild();
    process.kill(-child.pid!, 'SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await readPostmasterPid(data)).toBeUndefined();
  });

  asRoot('runs a copy of its executables when its user cannot enter the checkout', async () => {
    const checkout = path.join(top, 'home of root');
    await mkdir(checkout, { mode: 0o700 });
    const native = await installedBinaries();
    await cp(native, path.join(checkout, 'native'), { recursive: true, verbatimSymlinks: true });
    await cp(path.join(native, '../package.json'), path.join(checkout, 'package.json'));
    await remember(await start(path.join(checkout, 'native')));
  });

  it('refuses files of another major version in words that help', async () => {
    await writeFile(path.join(data, 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toMatchObject({ code: 'cluster-of-another-version' });
  });

  async function start(native?: string): Promise<EmbeddedPostgres> {
    const server = await startEmbeddedPostgres({ dataFolder, log: silentLog, ...(native && { native }) });
    running.push(server);
    return server;
  }

  /** A process such as the service: runs the server, stops it on SIGINT. */
  async function startInChild(
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ child: ChildProcess; serviceUrl: string }> {
    const program = `
      import pg from 'pg';
      import { silentLog, startEmbeddedPostgres } from '#libs/database';
      const server = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)}, log: silentLog });
      const client = new pg.Client({ connectionString: server.serviceUrl });
      await client.connect();
      process.once('SIGINT', async () => {
        await client.query('select pg_sleep(0.5)'); // what is under way can still be finished
        await client.end();
        await server.stop();
        process.exit(0);
      });
      setInterval(() => {}, 1000);
      console.log(server.serviceUrl);`;
    const args = ['--import', './scripts/typescript.mjs', '--input-type=module', '-e', program];
    const child = spawn(process.execPath, args, {
      detached: true,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    return { child, serviceUrl: line.toString().trim() };
  }
});

/** A temporary folder, which is its maker's alone at first, opened to the database's user. */
async function reachableFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-embedded-'));
  await chmod(folder, 0o755);
  return folder;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function remember(server: EmbeddedPostgres): Promise<void> {
  await query(server.ownerUrl, 'create table remembered ()');
}

async function recalls(server: EmbeddedPostgres): Promise<boolean> {
  const [row] = await query(server.serviceUrl, `select to_regclass('remembered') is not null as there`);
  return row!.there as boolean;
}

async function query(connectionString: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  return client
    .query(text)
    .then(
      ({ rows }) => rows,
      (error: Error) => Promise.reject(error),
    )
    .finally(() => client.end());
}
