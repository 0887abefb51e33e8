import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeOnce, writeUnlessThere } from './write-once.js';

describe('a file that is written once', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-once-'));
    file = path.join(folder, 'data', 'kept');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is whole, for whom it is meant, and leaves no draft behind', async () => {
    await writeOnce(file, 'first', 0o600);
    expect(await readFile(file, 'utf8')).toBe('first');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(path.dirname(file))).toEqual(['kept']);
  });

  it('stays as it is, and whoever would write it over is told', async () => {
    await writeOnce(file, 'first', 0o600);
    await expect(writeOnce(file, 'second', 0o600)).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(file, 'utf8')).toBe('first');
    expect(await readdir(path.dirname(file))).toEqual(['kept']);
  });

  it('is one of those that several write at a time', async () => {
    const contents = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(10_000));
    await Promise.all(contents.map((content) => writeUnlessThere(file, content, 0o600)));
    expect(contents).toContain(await readFile(file, 'utf8'));
    expect(await readdir(path.dirname(file))).toEqual(['kept']);
  });
});
