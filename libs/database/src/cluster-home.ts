import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, mkdtemp, realpath, rmdir, stat, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { accountFor, canEnter, type DatabaseAccount } from './database-account.js';
import { DatabaseUnusable } from './database-unusable.js';
import type { Log } from './log.js';

/** The folders of one embedded cluster. All but `data` are ours; `data` is Postgres's own. */
export interface ClusterHome {
  /** `<data folder>/postgres`, links followed: the name of the cluster in the file system. */
  home: string;
  data: string;
  /** Holds the sockets; short enough for their names. */
  run: string;
  account: DatabaseAccount | undefined;
}

/**
 * Makes or finds the folders of the cluster that belongs to a data folder.
 *
 * Run as root, the database's user must be able to reach them. A data folder under a 0700 home is out of its
 * reach: the files then lie under /var/lib/dateline, and `<data folder>/postgres` is a link to them. The name
 * there is random, so that removing the data folder never brings an old database back to life.
 *
 * @throws DatabaseUnusable folder-unreachable
 */
export async function settleHome(
  dataFolder: string,
  log: Log,
  placeForRoot = '/var/lib/dateline',
): Promise<ClusterHome> {
  // 0711: the database's user passes through, yet cannot list the keys that lie beside the database.
  if ((await mkdir(dataFolder, { recursive: true })) !== undefined) await chmod(dataFolder, 0o711);
  const link = path.join(dataFolder, 'postgres');
  if ((await lstat(link).catch(() => undefined)) === undefined) await makeHome(link, placeForRoot, log);

  const home = await realpath(link).catch(() => {
    throw unreachable(link, 'it is a link to a folder that does not exist');
  });
  const account = await accountFor(home);
  if (!canEnter(account, home)) throw unreachable(home, `user "${account?.name}" cannot enter it`);
  const run = await makeRunFolder(home, account);
  return { home, data: path.join(home, 'data'), run, account };
}

async function makeHome(link: string, placeForRoot: string, log: Log): Promise<void> {
  const account = await accountFor(link);
  await makePrivate(link, account);
  if (canEnter(account, link)) return;
  await rmdir(link);
  try {
    await mkdir(placeForRoot, { recursive: true, mode: 0o711 });
    const elsewhere = await mkdtemp(path.join(placeForRoot, 'postgres-'));
    await chown(elsewhere, account!.uid, account!.gid);
    if (!canEnter(account, elsewhere)) throw new Error(`${placeForRoot} is closed to it`);
    await symlink(elsewhere, link);
    log.info(
      `Database files lie in ${elsewhere}: user "${account!.name}" cannot reach ${path.dirname(link)}.`,
    );
  } catch (cause) {
    throw unreachable(
      link,
      `user "${account!.name}" cannot reach it, nor can ${placeForRoot} be used`,
      cause,
    );
  }
}

/** Made and given away only here, at its birth: root never chowns a path that another user may have replaced. */
async function makePrivate(folder: string, account: DatabaseAccount | undefined): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  if (account !== undefined) await chown(folder, account.uid, account.gid);
}

/** A socket's path may have 103 bytes on macOS, 107 on Linux; a deep data folder gets a place in the temp folder. */
async function makeRunFolder(home: string, account: DatabaseAccount | undefined): Promise<string> {
  const beside = path.join(home, 'run');
  if (Buffer.byteLength(path.join(beside, '.s.PGSQL.5432.lock')) <= 103) {
    await makePrivate(beside, account);
    return beside;
  }
  const digest = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const short = path.join(os.tmpdir(), `dateline-${digest}`);
  await makePrivate(short, account);
  const { uid, mode } = await stat(short);
  if (process.getuid !== undefined && (uid !== (account?.uid ?? process.getuid()) || (mode & 0o077) !== 0)) {
    throw unreachable(short, 'it belongs to another user, and the sockets were to lie there');
  }
  return short;
}

function unreachable(folder: string, problem: string, cause?: unknown): DatabaseUnusable {
  return new DatabaseUnusable(
    'folder-unreachable',
    `The embedded database cannot use ${folder}: ${problem}. Set DATELINE_DATA to a folder that it can reach, ` +
      'start the service as an ordinary user, or set DATABASE_URL.',
    { cause },
  );
}
