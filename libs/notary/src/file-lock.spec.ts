import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileLocks, LockHeld } from './file-lock.js';

describe('a lock that is a file', () => {
  let folder: string;
  let lock: string;
  let now: number;
  let locks: FileLocks;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-lock-'));
    lock = path.join(folder, 'story.lock');
    now = 0;
    // Of one that waits, each look is a second later.
    locks = new FileLocks(() => (now += 500));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const hold = (signal?: AbortSignal) => locks.holding(lock, () => Promise.resolve('done'), signal);

  it('is held by one at a time, and is gone behind the last', async () => {
    const clock = new FileLocks();
    let held = 0;
    const most: number[] = [];
    const work = async () => {
      most.push(++held);
      await new Promise((resolve) => setTimeout(resolve, 2));
      held--;
    };
    await Promise.all(Array.from({ length: 5 }, () => clock.holding(lock, work)));
    expect(most).toEqual([1, 1, 1, 1, 1]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken at once from a process of this machine that was killed, and not before', async () => {
    const holder = await startHolder(lock);
    await expect(hold()).rejects.toThrow(LockHeld);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const began = now;
    expect(await hold()).toBe('done');
    expect(now - began).toBeLessThan(3_000);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is waited for some seconds, then refused at once, and taken away after half a minute, whatever its time says', async () => {
    await writeFile(lock, 'of one that nothing is known of');
    const tomorrow = Date.now() / 1000 + 86_400;
    await utimes(lock, tomorrow, tomorrow);
    await expect(hold()).rejects.toThrow(LockHeld);
    expect(now).toBeGreaterThan(5_000);
    const began = now;
    await expect(hold()).rejects.toThrow(LockHeld);
    expect(now - began).toBeLessThan(2_000);
    now = 31_000;
    expect(await hold()).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not waited for by whoever is told to end', async () => {
    await writeFile(lock, 'of one that nothing is known of');
    await expect(hold(AbortSignal.abort(new Error('ending')))).rejects.toThrow('ending');
    expect(await readdir(folder)).toEqual(['story.lock']);
  });

  it('stays another’s who took it for abandoned meanwhile', async () => {
    await locks.holding(lock, () => writeFile(lock, 'of another'));
    expect(await readFile(lock, 'utf8')).toBe('of another');
  });
});

/** Another process, once it holds the lock; it holds it for as long as it lives. */
async function startHolder(lock: string): Promise<ChildProcess> {
  const program = `
    import { FileLocks } from './libs/notary/src/file-lock.ts';
    await new FileLocks().holding(process.argv[1], () => {
      console.log('held');
      return new Promise((resolve) => setTimeout(resolve, 60_000));
    });`;
  const loader = ['--import', './scripts/typescript.mjs', '--input-type=module', '--eval', program];
  const cwd = path.resolve(import.meta.dirname, '../../..');
  const holder = spawn(process.execPath, [...loader, lock], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}
