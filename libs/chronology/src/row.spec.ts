import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { countPassing, emptyRow, listOf, replaceRange, type Row } from './row.js';

describe('a row', () => {
  it('is what an array is, in every version, whichever version is changed next', () => {
    const change = fc.record({ of: fc.nat(), from: fc.nat(), to: fc.nat(), put: fc.array(fc.nat(9)) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const versions: [Row<number>, number[]][] = [[emptyRow(), []]];
        for (const { of, from, to, put } of changes) {
          const [row, list] = versions[of % versions.length]!;
          const start = from % (list.length + 1);
          const end = start + (to % (list.length - start + 1));
          versions.push([replaceRange(row, start, end, put), list.toSpliced(start, end - start, ...put)]);
        }
        for (const [row, list] of versions) expect(listOf(row)).toEqual(list);
      }),
    );
  });

  it('pushes onto the array of the newest version, and copies for an older one', () => {
    const one = replaceRange(emptyRow<number>(), 0, 0, [1]);
    const two = replaceRange(one, 1, 1, [2]);
    const other = replaceRange(one, 1, 1, [3]);
    expect(two.shared).toBe(one.shared);
    expect(other.shared).not.toBe(one.shared);
    expect([one, two, other].map(listOf)).toEqual([[1], [1, 2], [1, 3]]);
  });

  it('counts those that pass before those that do not', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(20), (numbers, limit) => {
        const sorted = numbers.sort((a, b) => a - b);
        const row = replaceRange(emptyRow<number>(), 0, 0, sorted);
        expect(countPassing(row, (n) => n < limit)).toBe(sorted.filter((n) => n < limit).length);
      }),
    );
  });
});
