import { spawnSync } from 'node:child_process';
import { chown, mkdtemp, open, rm, rmdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { testCluster } from './database.js';

/** A file system of its own, in memory, that can be filled. */
export interface SmallDisk {
  folder: string;
  /** Leaves no byte free. */
  fill(): Promise<void>;
  /** Frees what was filled. */
  clear(): Promise<void>;
  remove(): Promise<void>;
}

/** Whether this process may mount one: root on Linux, where no container forbids it. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

/** @param at a folder that is there, and is hidden by it; else one of its own */
export async function smallDisk(mebibytes: number, at?: string): Promise<SmallDisk> {
  const folder = at ?? (await mkdtemp(path.join(os.tmpdir(), 'dateline-disk-')));
  const { status, stderr } = spawnSync('mount', [
    ...['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=755`, 'tmpfs', folder],
  ]);
  if (status !== 0) throw new Error(stderr.toString());
  const filler = path.join(folder, 'filler');
  return {
    folder,
    fill: async () => {
      const file = await open(filler, 'w');
      try {
        for (;;) await file.write(Buffer.alloc(4096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        await file.close();
      }
    },
    clear: () => rm(filler, { force: true }),
    remove: async () => {
      // The server may be closing its files yet.
      for (let patience = 50; patience > 0; patience--) {
        if (spawnSync('umount', [folder]).status === 0) break;
        await sleep(100);
      }
      await rmdir(folder);
    },
  };
}

/** Moves a test's database to such a disk, whoever is connected. @returns what is to be done once it is dropped */
export async function moveToDisk(url: string, { folder }: SmallDisk): Promise<() => Promise<void>> {
  const name = new URL(url).pathname.slice(1);
  const admin = new pg.Client({ connectionString: testCluster().adminUrl });
  await admin.connect();
  const { rows } = await admin.query<{ files: string }>(`select current_setting('data_directory') as files`);
  const { uid, gid } = await stat(rows[0]!.files);
  await chown(folder, uid, gid);
  await admin.query(`create tablespace ${name} location '${folder}'`);
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
  await admin.query(`alter database ${name} allow_connections false`);
  while ((await admin.query(cut)).rowCount! > 0);
  await admin.query(`alter database ${name} set tablespace ${name}`);
  await admin.query(`alter database ${name} allow_connections true`);
  return async () => {
    await admin.query(`drop tablespace ${name}`);
    await admin.end();
  };
}
