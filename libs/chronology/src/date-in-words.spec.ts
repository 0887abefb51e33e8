import { describe, expect, it } from '@jest/globals';
import { dateInWords } from './date-in-words.js';

describe('a date in words', () => {
  it.each([
    ['2025', '2025'],
    ['2025-08', 'August 2025'],
    ['2025-08-06', 'Aug. 6, 2025'],
    ['2025-05-26', 'May 26, 2025'],
    ['2025-08-26T14:30:00-04:00', 'Aug. 26, 2025, 14:30 UTC-04:00'],
    ['2025-08-26T14:30:05Z', 'Aug. 26, 2025, 14:30:05 UTC'],
    ['2025-08-26T14:30', 'Aug. 26, 2025, 14:30'],
    ['2025-02-14~', 'about Feb. 14, 2025'],
    ['2025-02?', 'February 2025 (uncertain)'],
    ['~2025-02-14', 'about Feb. 14, 2025'],
    ['2025%', 'about 2025 (uncertain)'],
    ['2025-08-23/2025-08-24', 'from Aug. 23, 2025, to Aug. 24, 2025'],
    ['2025-01/2025-03', 'from January 2025 to March 2025'],
    ['2025-01/..', 'from January 2025 on'],
    ['[2025-08-01..2025-08-28]', 'between Aug. 1, 2025, and Aug. 28, 2025'],
    ['[..2025-08-29]', 'no later than Aug. 29, 2025'],
    ['../2025-08-29', 'no later than Aug. 29, 2025'],
    ['/2025-08-29', 'no later than Aug. 29, 2025'],
    ['/..', 'no later than its publication'],
  ])('says %s as %s', (occurred, words) => {
    expect(dateInWords(occurred)).toBe(words);
  });
});
