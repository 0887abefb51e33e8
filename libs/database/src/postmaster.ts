import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { constants } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterHome } from './cluster-home.js';
import { runAs } from './database-account.js';
import { DatabaseUnusable } from './database-unusable.js';
import { disownPostmasterPid, isPostmasterOf, readPostmasterPid } from './postmaster-pid.js';
import type { PostgresBinaries } from './postgres-binaries.js';

/** One run of the Postgres server process. */
export interface Postmaster {
  pid: number;
  /** Resolves when the process has ended, however it did. */
  ended: Promise<void>;
}

/** How the server is reached: a socket in `run`, or a port of 127.0.0.1 where Node knows no such sockets. */
export interface Listening {
  run: string;
  port: number;
}

const logStartsAnewAt = 1024 * 1024;

/**
 * Starts the server and resolves once it takes connections.
 *
 * It is a session of its own, else a Ctrl-C in the terminal would reach it before the service has finished with
 * it. Its life is tied to this process's (Linux: the kernel sends it SIGINT, a fast shutdown, when this process
 * ends, however that happens). Its durability settings are the stock ones.
 *
 * @param spawned called while it comes up
 * @throws DatabaseUnusable embedded-postgres-failed, with the end of its log
 */
export async function launchPostmaster(
  binaries: PostgresBinaries,
  { home, data, account }: ClusterHome,
  { run, port }: Listening,
  spawned?: () => void,
): Promise<Postmaster> {
  const local = process.platform !== 'win32';
  const settings = {
    port,
    listen_addresses: local ? '' : '127.0.0.1',
    unix_socket_directories: local ? run : '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Refused statements are the service's to report; the log keeps starts, ends and trouble.
    log_min_messages: 'log',
    log_checkpoints: 'off',
  };
  const postgres = [
    binaries.postgres,
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const [command, ...args] = tiesLives() ? ['setpriv', '--pdeathsig', 'INT', '--', ...postgres] : postgres;
  const log = await openLog(path.join(home, 'postgres.log'));
  const began = (await log.stat()).size;
  const child = spawn(command!, args, {
    cwd: home,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: { PATH: process.env['PATH'], SystemRoot: process.env['SystemRoot'], LC_ALL: 'C' },
    windowsHide: true,
    ...runAs(account),
  });
  await log.close();
  child.unref();
  spawned?.();

  const postmaster = { pid: child.pid ?? -1, ended: endOf(child) };
  if (await becameReady(postmaster, data)) return postmaster;
  const words = (await readFile(path.join(home, 'postgres.log'))).subarray(began).toString().trim();
  throw new DatabaseUnusable(
    'embedded-postgres-failed',
    `The embedded Postgres did not start: ${words.split('\n').slice(-8).join('\n') || 'it said nothing'}`,
  );
}

/** Waits as long as the process lives: after a crash it first replays its write-ahead log, however long that is. */
async function becameReady(postmaster: Postmaster, data: string): Promise<boolean> {
  let alive = true;
  void postmaster.ended.then(() => (alive = false));
  while (alive) {
    const said = await readPostmasterPid(data);
    if (said?.pid === postmaster.pid && said.status === 'ready') return true;
    await Promise.race([delay(20), postmaster.ended]);
  }
  return false;
}

/**
 * Ends whatever Postgres still runs on this data folder, and sees to it that a stale postmaster.pid does not stop
 * the next start. Resolves when the folder is free.
 */
export async function endPostmasterOf(binaries: PostgresBinaries, { data }: ClusterHome): Promise<void> {
  const left = await readPostmasterPid(data);
  if (left === undefined) return;
  if (!(await isPostmasterOf(data, left.pid))) {
    if (isAlive(left.pid)) await disownPostmasterPid(data);
    return;
  }
  await endPostmaster(binaries, left.pid, () => isPostmasterOf(data, left.pid));
}

/** A fast shutdown (sessions are cut, a checkpoint is written); an immediate one if that takes too long. */
export async function endPostmaster(
  binaries: PostgresBinaries,
  pid: number,
  runs: () => Promise<boolean> | boolean,
): Promise<void> {
  for (const [name, patience] of [
    ['INT', 20_000],
    ['QUIT', 5_000],
    ['KILL', 5_000],
  ] as const) {
    signal(binaries, pid, name);
    for (const until = performance.now() + patience; performance.now() < until; await delay(20))
      if (!(await runs())) return;
  }
  throw new DatabaseUnusable('embedded-postgres-failed', `Postgres (process ${pid}) cannot be stopped.`);
}

/** Windows has no signals; its Postgres listens to `pg_ctl kill` instead. */
function signal(binaries: PostgresBinaries, pid: number, name: 'INT' | 'QUIT' | 'KILL'): void {
  if (process.platform === 'win32') {
    spawnSync(binaries.pgCtl, ['kill', name, String(pid)]);
    return;
  }
  try {
    process.kill(pid, `SIG${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
}

let ties: boolean | undefined;
/** util-linux's setpriv has --pdeathsig, busybox's has not. */
function tiesLives(): boolean {
  ties ??= process.platform === 'linux' && spawnSync('setpriv', ['--pdeathsig', 'INT', 'true']).status === 0;
  return ties;
}

function openLog(file: string) {
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  return open(file, O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600).then(async (handle) => {
    if ((await handle.stat()).size > logStartsAnewAt) await handle.truncate();
    return handle;
  });
}
