import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canMount, smallDisk } from '../../../test/support/small-disk.js';
import { settleOrigin } from './origin.js';
import { refusalOfFolder, refusalOfListening } from './refused-by-system.js';
import type { SettingsRefused } from './settings.js';

describe('an address that the service cannot listen at', () => {
  const taken = net.createServer();
  const port = () => (taken.address() as net.AddressInfo).port;
  beforeAll(() => new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening)));
  afterAll(() => new Promise((closed) => taken.close(closed)));

  const refusal = async (place: { host: string; port: number }) => {
    const error = await new Promise((failed) => net.createServer().on('error', failed).listen(place));
    return refusalOfListening(error, place)?.problems;
  };

  it.each(['192.0.2.7', '127.0.0.999', 'nonsense.invalid', 'fe80::1'])(
    'is told of HOST where it is none of this machine: %s',
    async (host) => {
      const told = new RegExp(`^HOST=${host}: is not an address of this machine \\(E\\w+\\); use `);
      expect(await refusal({ host, port: 0 })).toEqual([expect.stringMatching(told)]);
    },
  );

  it('is told of PORT where that is taken', async () => {
    expect(await refusal({ host: '127.0.0.1', port: port() })).toEqual([
      `PORT=${port()}: is taken; use a free one, or 0 for any.`,
    ]);
  });

  it('is no fault of a setting where the system has no more files to open', () => {
    expect(refusalOfListening({ code: 'EMFILE' }, { host: '::1', port: 0 })).toBeUndefined();
  });
});

describe('a data folder that cannot be used', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-folder-'))));
  afterAll(() => rm(folder, { recursive: true }));

  const refusal = async (dataFolder: string): Promise<SettingsRefused | undefined> => {
    const error = await settleOrigin(dataFolder, undefined).catch((failure: unknown) => failure);
    return refusalOfFolder(error, dataFolder);
  };

  it.each([
    ['in a file', async (at: string) => writeFile(at, ''), 'below', 'ENOTDIR'],
    ['at the end of a link to nowhere', async (at: string) => symlink('/nowhere/at/all', at), '', 'E'],
  ])('is told of DATELINE_DATA: %s', async (what, make, below, code) => {
    const at = path.join(folder, what);
    await make(at);
    const dataFolder = path.join(at, below);
    expect((await refusal(dataFolder))?.problems).toEqual([
      expect.stringContaining(`DATELINE_DATA=${dataFolder}: cannot be used (${code}`),
    ]);
  });

  (canMount() ? it : it.skip)(
    'is told of DATELINE_DATA where there is no room, and holds nothing then',
    async () => {
      const disk = await smallDisk(1);
      try {
        await disk.fill();
        expect((await refusal(disk.folder))?.problems).toEqual([
          expect.stringMatching(/ENOSPC.*with room in it/),
        ]);
        expect(await readdir(disk.folder)).toEqual(['filler']);
      } finally {
        await disk.remove();
      }
    },
  );

  it.each(['EACCES', 'EEXIST', 'EROFS'])('is told of it whichever way the system says so: %s', (code) => {
    const error = Object.assign(new Error('no'), { code, path: '/data/origin' });
    expect(refusalOfFolder(error, '/data')?.problems).toHaveLength(1);
    expect(refusalOfFolder(error, '/dat')).toBeUndefined();
  });
});
