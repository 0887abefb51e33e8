import { spawnSync } from 'node:child_process';
import { readFile, readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** What a running Postgres says about itself in `postmaster.pid` (its miscadmin.h numbers the lines). */
export interface PostmasterPid {
  pid: number;
  /** `starting`, `stopping`, `ready` or `standby`; absent for the first instants of a start. */
  status: string | undefined;
}

export async function readPostmasterPid(data: string): Promise<PostmasterPid | undefined> {
  const text = await readFile(pidFile(data), 'utf8').catch(() => '');
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, status: lines[7]?.trim() } : undefined;
}

/**
 * Whether a process is the Postgres of this data folder. The number alone proves nothing: after a crash it may
 * have gone to any process, and in a container it usually has.
 */
export async function isPostmasterOf(data: string, pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    // The postmaster's working directory is its data folder. A zombie has neither link.
    const [executable, folder] = await Promise.all(
      ['exe', 'cwd'].map((link) => readlink(`/proc/${pid}/${link}`).catch(() => '')),
    );
    return path.basename(executable!).startsWith('postgres') && folder === data;
  }
  if (process.platform === 'win32') {
    const { stdout } = spawnSync('tasklist', ['/fi', `pid eq ${pid}`, '/nh'], { encoding: 'utf8' });
    return stdout.startsWith('postgres.exe');
  }
  const { stdout } = spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes('postgres') && stdout.includes(data);
}

/**
 * Makes a postmaster.pid that names a stranger harmless. Postgres refuses to start while the process that it
 * names lives. The file is not removed but given a process number beyond any system's greatest, since its other
 * lines let Postgres find the shared memory of backends that outlived their postmaster.
 */
export async function disownPostmasterPid(data: string): Promise<void> {
  const text = await readFile(pidFile(data), 'utf8').catch((error: NodeJS.ErrnoException) => {
    // The stranger was the postmaster on its last step, and took its file with it.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) await writeFile(pidFile(data), text.replace(/^\d+/, '2147483646'));
}

function pidFile(data: string): string {
  return path.join(data, 'postmaster.pid');
}
