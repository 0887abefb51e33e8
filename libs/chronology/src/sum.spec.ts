import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sumOf } from './sum.js';

describe('a sum', () => {
  it.each([
    [0.1, 0.2, 0.3],
    [1.1, 2.2, 3.3],
    [0.3, -0.1, 0.2],
    [0.1, -0.1, 0],
    [123_456_789.01, 0.02, 123_456_789.03],
    [1e-7, 2e-7, 3e-7],
    [9_007_199_254_740_991, -1, 9_007_199_254_740_990],
    [1e21, 0.5, 1e21],
    [5e-324, 1, 1],
  ])('is that of the decimals: %d and %d make %d', (a, b, sum) => {
    expect(sumOf(a, b)).toBe(sum);
  });

  it('is the greatest number that there is where it goes beyond', () => {
    expect(sumOf(1.7e308, 1.7e308)).toBe(Number.MAX_VALUE);
    expect(sumOf(-1.7e308, -1.7e308)).toBe(-Number.MAX_VALUE);
  });

  it('is what it is on paper, up to fifteen digits', () => {
    const cents = fc.integer({ min: -(10 ** 14), max: 10 ** 14 });
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(sumOf(a / 100, b / 100)).toBe((a + b) / 100);
      }),
    );
  });
});
