import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addTo,
  countPassing,
  emptyRow,
  lastOf,
  letGoBefore,
  listOf,
  rangeOf,
  replaceRange,
  type Row,
} from './row.js';

describe('a row', () => {
  const elements = fc.array(fc.nat(9), { maxLength: 150 });
  const change = fc.record({ of: fc.nat(), from: fc.nat(), to: fc.nat(), put: elements, adds: fc.boolean() });

  it('is what an array is, in every version, whichever version is changed next', () => {
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        const versions: [Row<number>, number[]][] = [[emptyRow(), []]];
        for (const { of, from, to, put, adds } of changes) {
          const [row, list] = versions[of % versions.length]!;
          const start = from % (list.length + 1);
          const end = start + (to % (list.length - start + 1));
          expect(rangeOf(row, start, end)).toEqual(list.slice(start, end));
          if (adds) versions.push([put.reduce(addTo<number>, row), [...list, ...put]]);
          else
            versions.push([replaceRange(row, start, end, put), list.toSpliced(start, end - start, ...put)]);
        }
        for (const [row, list] of versions) {
          expect(listOf(row)).toEqual(list);
          expect(lastOf(row)).toBe(list.at(-1));
        }
      }),
    );
  });

  it('goes on as before when it has let go of its beginning', () => {
    fc.assert(
      fc.property(elements, fc.array(fc.record({ letGo: fc.nat(), change })), (first, steps) => {
        let row = first.reduce(addTo<number>, emptyRow<number>());
        let list = first;
        for (const { letGo, change: each } of steps) {
          row = letGoBefore(row, row.gone + (letGo % (list.length - row.gone + 1)));
          expect(listOf(row)).toEqual(list.slice(row.gone));
          const start = row.gone + (each.from % (list.length - row.gone + 1));
          const end = start + (each.to % (list.length - start + 1));
          row = each.adds ? each.put.reduce(addTo<number>, row) : replaceRange(row, start, end, each.put);
          list = each.adds ? [...list, ...each.put] : list.toSpliced(start, end - start, ...each.put);
          expect([row.length, listOf(row)]).toEqual([list.length, list.slice(row.gone)]);
        }
      }),
    );
  });

  it('pushes onto the block of the newest version, and copies for an older one', () => {
    const one = addTo(emptyRow<number>(), 1);
    const two = addTo(one, 2);
    const other = addTo(one, 3);
    expect(two.last).toBe(one.last);
    expect(other.last).not.toBe(one.last);
    expect([one, two, other].map(listOf)).toEqual([[1], [1, 2], [1, 3]]);
  });

  it('copies the block in which it changes and those behind, and shares those before', () => {
    const long = Array.from({ length: 1_000 }, (_, n) => n).reduce(addTo<number>, emptyRow<number>());
    const changed = replaceRange(long, 900, 900, [-1]);
    expect(changed.before.filter((block) => !long.before.includes(block)).length).toBeLessThan(3);
    expect(listOf(changed)).toEqual(listOf(long).toSpliced(900, 0, -1));
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
