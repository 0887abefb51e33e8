import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';

/** The system user that Postgres runs as when this process is root: Postgres itself refuses to run as root. */
export interface DatabaseAccount {
  name: string;
  uid: number;
  gid: number;
}

/**
 * The account to run Postgres as, or undefined where that is this process's own user.
 * A home that already belongs to someone other than root keeps its owner, so that a root shell and the
 * service's own user can take turns on one data folder.
 */
export async function accountFor(home: string): Promise<DatabaseAccount | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(home).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  return systemAccount('postgres') ?? systemAccount('nobody');
}

function systemAccount(name: string): DatabaseAccount | undefined {
  const uid = numberFrom('id', ['-u', name]);
  const gid = numberFrom('id', ['-g', name]);
  return uid === undefined || gid === undefined ? undefined : { name, uid, gid };
}

function numberFrom(command: string, args: string[]): number | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? Number(stdout) : undefined;
}

/** The spawn options that make a child run as the account; libuv drops root's supplementary groups with it. */
export function runAs(account: DatabaseAccount | undefined): { uid?: number; gid?: number } {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

/** Whether the account can enter a folder. Asked of the system, since mode bits do not tell of ACLs. */
export function canEnter(account: DatabaseAccount | undefined, folder: string): boolean {
  if (account === undefined) return true;
  const { status } = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    cwd: '/',
    stdio: 'ignore',
    ...runAs(account),
  });
  return status === 0;
}
