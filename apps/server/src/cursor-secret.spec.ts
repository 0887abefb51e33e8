import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settleCursorSecret } from './cursor-secret.js';
import { SettingsRefused } from './settings.js';

describe('the secret of the cursors', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'dateline-secret-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made at the first start, stays, and is for nobody else to read', async () => {
    const secrets = await Promise.all(Array.from({ length: 5 }, () => settleCursorSecret(folder, undefined)));
    expect(new Set(secrets.map(String)).size).toBe(1);
    expect(secrets[0]!.length).toBeGreaterThanOrEqual(32);
    expect((await stat(path.join(folder, 'cursor.secret'))).mode & 0o777).toBe(0o600);
  });

  it('is the one that is set', async () => {
    expect((await settleCursorSecret(folder, 'x'.repeat(32))).toString()).toBe('x'.repeat(32));
  });

  it('is not taken from a file that has lost it', async () => {
    await writeFile(path.join(folder, 'cursor.secret'), '\n');
    await expect(settleCursorSecret(folder, undefined)).rejects.toThrow(SettingsRefused);
  });
});
