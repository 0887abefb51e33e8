import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { holding } from './file-lock.js';

describe('a lock that is a file', () => {
  let folder: string;
  let lock: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-lock-'));
    lock = path.join(folder, 'story.lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is held by one at a time, and is gone behind the last', async () => {
    let held = 0;
    const most: number[] = [];
    const work = async () => {
      most.push(++held);
      await new Promise((resolve) => setTimeout(resolve, 2));
      held--;
    };
    await Promise.all(Array.from({ length: 5 }, () => holding(lock, work)));
    expect(most).toEqual([1, 1, 1, 1, 1]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is taken from a process that died', async () => {
    await writeFile(lock, 'of one that died');
    await utimes(lock, 0, 0);
    expect(await holding(lock, () => Promise.resolve('done'))).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it('stays another’s who took it for abandoned meanwhile', async () => {
    await holding(lock, () => writeFile(lock, 'of another'));
    expect(await readFile(lock, 'utf8')).toBe('of another');
  });
});
