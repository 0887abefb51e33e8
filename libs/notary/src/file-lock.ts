import { randomBytes } from 'node:crypto';
import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasEnded, thisProcess } from './lock-holder.js';
import { nameBeside } from './name-beside.js';

const retryAfter = 5;
/** Work under a lock takes some milliseconds. Whoever has seen one holder for so long, in ms, waits no more. */
const patience = 5_000;
/** And so long, in ms, is taken for the death of one that cannot be found out about. */
const abandonedAfter = 30_000;

/** Somebody holds a lock for longer than any work under it takes. */
export class LockHeld extends Error {
  readonly code = 'lock-held';
  constructor() {
    super(
      'another process keeps it locked. It is taken for dead after half a minute, and what is locked is free again.',
    );
  }
}

/** When a lock was first seen with its mark, which is never used twice. */
interface Sighting {
  mark: string;
  /** By this process's own clock: those of others, and of the file system, may go otherwise. */
  since: number;
}

/** Locks that are files: whoever makes the file, with a mark of their own in it, holds the lock until it is gone. */
export class FileLocks {
  private readonly seen = new Map<string, Sighting>();

  /** @param now milliseconds on a clock that nobody sets */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /**
   * Does the work while no other process does any under the same file name. The work must be short.
   * @throws LockHeld, and an abort's error where the signal comes while it waits
   */
  async holding<T>(lock: string, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const mark = `${randomBytes(16).toString('hex')} ${await thisProcess()}`;
    const draft = nameBeside(lock);
    try {
      await writeFile(draft, mark, { flag: 'wx' });
      while (!(await take(lock, draft))) {
        signal?.throwIfAborted();
        await this.lookAt(lock);
        await sleep(retryAfter, undefined, { signal });
      }
    } finally {
      await unlink(draft).catch(() => undefined);
    }
    this.seen.delete(lock);
    try {
      return await work();
    } finally {
      await clear(lock, mark).catch(() => undefined);
    }
  }

  /** Clears a lock whose holder is dead. @throws LockHeld where it lives, or may, and holds it for too long */
  private async lookAt(lock: string): Promise<void> {
    const mark = await readFile(lock, 'utf8').catch(() => undefined);
    // It is gone: its holder was done, or another process was first.
    if (mark === undefined) return;
    const known = this.seen.get(lock);
    const sighting = known?.mark === mark ? known : { mark, since: this.now() };
    this.seen.set(lock, sighting);
    const age = this.now() - sighting.since;
    if (age >= abandonedAfter || (await hasEnded(mark.slice(mark.indexOf(' ') + 1)))) {
      await clear(lock, mark).catch(() => undefined);
    } else if (age >= patience) {
      throw new LockHeld();
    }
  }
}

/** The lock has its mark as soon as it is there. */
async function take(lock: string, draft: string): Promise<boolean> {
  try {
    await link(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a lock away that has this mark, and no other: another process may have found it abandoned and taken a new one,
 * even now, so what is moved aside is looked at.
 */
async function clear(lock: string, mark: string): Promise<void> {
  if ((await readFile(lock, 'utf8')) !== mark) return;
  const aside = nameBeside(lock);
  await rename(lock, aside);
  if ((await readFile(aside, 'utf8')) !== mark) await link(aside, lock);
  await unlink(aside);
}
