import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { limits } from './limits.js';

describe('docs/LIMITS.md', () => {
  it('tells every limit with its number', async () => {
    const text = await readFile(new URL('../../../docs/LIMITS.md', import.meta.url), 'utf8');
    const told = text.split('\n').filter((line) => /^\|(?! -| of)/.test(line));
    const rows = told.map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
    expect(rows).toEqual(limits.map(({ of, most, beyond, mend }) => [of, most, beyond, mend]));
  });
});
