import { randomBytes } from 'node:crypto';
import { link, readFile, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Work under a lock takes some milliseconds; one as old as this, in ms, was left by a process that died. */
const abandonedAfter = 30_000;
const retryAfter = 5;

/** Does the work while no other process does any under the same file name. The work must be short. */
export async function holding<T>(lock: string, work: () => Promise<T>): Promise<T> {
  const mark = randomBytes(16).toString('hex');
  while (!(await take(lock, mark))) {
    await clearAbandoned(lock);
    await sleep(retryAfter);
  }
  try {
    return await work();
  } finally {
    await clear(lock, mark).catch(() => undefined);
  }
}

async function take(lock: string, mark: string): Promise<boolean> {
  try {
    await writeFile(lock, mark, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function clearAbandoned(lock: string): Promise<void> {
  try {
    const abandoned = await readFile(lock, 'utf8');
    if (Date.now() - (await stat(lock)).mtimeMs >= abandonedAfter) await clear(lock, abandoned);
  } catch {
    // It is gone: its holder was done, or another process was first.
  }
}

/**
 * Takes a lock away that has this mark, and no other: another process may have found it abandoned and taken a new one,
 * even now, so what is moved aside is looked at.
 */
async function clear(lock: string, mark: string): Promise<void> {
  if ((await readFile(lock, 'utf8')) !== mark) return;
  const aside = `${lock}.${randomBytes(8).toString('hex')}`;
  await rename(lock, aside);
  if ((await readFile(aside, 'utf8')) !== mark) await link(aside, lock);
  await unlink(aside);
}
