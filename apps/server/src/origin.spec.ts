import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settleOrigin } from './origin.js';
import { SettingsRefused } from './settings.js';

describe('the origin', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-origin-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made at the first start, and stays', async () => {
    const data = path.join(folder, 'new');
    const origin = await settleOrigin(data, undefined);
    expect(origin).toMatch(/^dateline\.local\/[0-9a-f]{16}$/);
    expect(await settleOrigin(data, undefined)).toBe(origin);
    expect(await readdir(data)).toEqual(['origin']);
  });

  it('is one, however many first starts there are at a time', async () => {
    const origins = await Promise.all(Array.from({ length: 5 }, () => settleOrigin(folder, undefined)));
    expect(new Set(origins).size).toBe(1);
  });

  it('is the one that is set, and then none is made', async () => {
    expect(await settleOrigin(folder, 'example.org/news')).toBe('example.org/news');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is never made up where the file has lost it', async () => {
    await writeFile(path.join(folder, 'origin'), '');
    await expect(settleOrigin(folder, undefined)).rejects.toThrow(SettingsRefused);
  });
});
