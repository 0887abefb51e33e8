import { describe, expect, it } from '@jest/globals';
import { Recent } from './recent.js';

describe('Recent', () => {
  it('keeps the last entries, and forgets what was not asked for since', () => {
    const recent = new Recent<number, string>(2);
    for (let key = 1; key <= 9; key++) recent.set(key, `${key}`);
    expect(recent.get(8)).toBe('8');
    expect(recent.get(9)).toBe('9');
    expect([1, 2, 3, 4, 5].filter((key) => recent.get(key))).toEqual([]);
  });

  it('keeps an entry that is asked for again and again', () => {
    const recent = new Recent<number, string>(4);
    recent.set(0, 'kept');
    for (let key = 1; key < 100; key++) {
      recent.set(key, `${key}`);
      expect(recent.get(0)).toBe('kept');
    }
    expect(recent.get(1)).toBeUndefined();
  });
});
