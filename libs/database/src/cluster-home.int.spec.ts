import { chmod, mkdir, mkdtemp, readdir, readlink, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { silentLog } from '#libs/database';
import { settleHome } from './cluster-home.js';

const asRoot = process.getuid?.() === 0 ? it : it.skip;

describe('the home of an embedded cluster', () => {
  let top: string;
  let dataFolder: string;
  let placeForRoot: string;

  beforeEach(async () => {
    top = await mkdtemp(path.join(os.tmpdir(), 'dateline-home-'));
    await chmod(top, 0o755);
    dataFolder = path.join(top, 'checkout', '.dateline');
    placeForRoot = path.join(top, 'var-lib');
  });
  afterEach(() => rm(top, { recursive: true, force: true }));

  it('lies in the data folder, closed to others', async () => {
    const { home } = await settleHome(dataFolder, silentLog, placeForRoot);
    expect(home).toBe(path.join(dataFolder, 'postgres'));
    expect((await stat(home)).mode & 0o777).toBe(0o700);
  });

  it('is found again', async () => {
    const first = await settleHome(dataFolder, silentLog, placeForRoot);
    const { account: _first, ...folders } = first;
    expect(await settleHome(dataFolder, silentLog, placeForRoot)).toMatchObject(folders);
  });

  it('keeps its sockets elsewhere when their path would be too long', async () => {
    const deep = path.join(top, 'a-long-name/'.repeat(9));
    const { home, run } = await settleHome(deep, silentLog, placeForRoot);
    expect(run.startsWith(home)).toBe(false);
    expect((await settleHome(deep, silentLog, placeForRoot)).run).toBe(run);
    await rm(run, { recursive: true });
  });

  asRoot('refuses a folder for its sockets that is open to others', async () => {
    const deep = path.join(top, 'a-long-name/'.repeat(9));
    const { run } = await settleHome(deep, silentLog, placeForRoot);
    await chmod(run, 0o777);
    await expect(settleHome(deep, silentLog, placeForRoot)).rejects.toMatchObject({
      code: 'folder-unreachable',
    });
    await rm(run, { recursive: true });
  });

  asRoot('lies elsewhere, behind a link, when its user cannot reach the data folder', async () => {
    await mkdir(path.dirname(dataFolder), { mode: 0o700 });
    const { home } = await settleHome(dataFolder, silentLog, placeForRoot);
    expect(path.dirname(home)).toBe(placeForRoot);
    expect(await readlink(path.join(dataFolder, 'postgres'))).toBe(home);
    expect((await settleHome(dataFolder, silentLog, placeForRoot)).home).toBe(home);
  });

  asRoot('is a new one when the data folder was removed: nothing old comes back', async () => {
    await mkdir(path.dirname(dataFolder), { mode: 0o700 });
    const { home } = await settleHome(dataFolder, silentLog, placeForRoot);
    await rm(dataFolder, { recursive: true });
    expect((await settleHome(dataFolder, silentLog, placeForRoot)).home).not.toBe(home);
    expect(await readdir(placeForRoot)).toHaveLength(2);
  });

  asRoot('says so when no place will do', async () => {
    await mkdir(path.dirname(dataFolder), { mode: 0o700 });
    await mkdir(placeForRoot, { mode: 0o700 });
    const refusal = { code: 'folder-unreachable', message: expect.stringContaining('DATELINE_DATA') };
    await expect(settleHome(dataFolder, silentLog, placeForRoot)).rejects.toMatchObject(refusal);
  });
});
