import { describe, expect, it } from '@jest/globals';
import { alternate, median, percentile } from './measure.js';

describe('measuring', () => {
  it('takes the middle sample, or the mean of the two in the middle', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 2, 3])).toBe(2.5);
  });

  it('finds a percentile between its neighbours', () => {
    const samples = Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(percentile(samples, 99)).toBe(99);
    expect(percentile([10, 20], 75)).toBe(17.5);
    expect(() => percentile([], 50)).toThrow(RangeError);
  });

  it('lets contenders take turns, every second round backwards', async () => {
    const order: string[] = [];
    const contender = (name: string) => ({ name, unit: 'x', run: async () => order.push(name) });
    const rows = await alternate([contender('a'), contender('b')], 3);
    expect(order.join('')).toBe('abbaab');
    expect(rows.map((row) => row.samples)).toEqual([
      [1, 4, 5],
      [2, 3, 6],
    ]);
  });
});
