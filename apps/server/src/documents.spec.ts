import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { settingNames } from './settings.js';

const root = new URL('../../../', import.meta.url);
const read = (name: string) => readFile(new URL(`docs/${name}`, root), 'utf8');

describe('the documentation', () => {
  it('tells every setting', async () => {
    const told = new Set(
      (await read('SETTINGS.md')).match(/\b(?:DATELINE|DATABASE)_[A-Z_]+\b|\bPORT\b|\bHOST\b/g),
    );
    expect([...settingNames].filter((name) => !told.has(name))).toEqual([]);
  });

  it('names for each promise of security tests that there are', async () => {
    const text = await read('SECURITY.md');
    const promises = text.split('\n').filter((line) => /^\| (?!promise|-)/.test(line));
    expect(promises.length).toBeGreaterThan(10);
    for (const promise of promises) {
      const files = [...promise.matchAll(/`([^`]+\.spec\.ts)`/g)].map(([, file]) => file!);
      expect({ promise, tests: files.length > 0 }).toEqual({ promise, tests: true });
      for (const file of files)
        expect({ file, there: existsSync(new URL(file, root)) }).toEqual({ file, there: true });
    }
  });
});
