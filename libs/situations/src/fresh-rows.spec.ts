import { describe, expect, it } from '@jest/globals';
import type { DevelopmentRow } from './development-row.js';
import { FreshRows } from './fresh-rows.js';

describe('rows of what was just written', () => {
  it('are given away once, in order, whatever the batches were that they came in', () => {
    const fresh = holding(10, 3, 4);
    expect(positions(fresh.take(10, 12))).toEqual([10, 11]);
    expect(fresh.take(10, 12)).toBeUndefined();
    expect(fresh).toMatchObject({ length: 5, end: 17 });
    expect(positions(fresh.take(12, 17))).toEqual([12, 13, 14, 15, 16]);
    expect(fresh).toMatchObject({ length: 0, end: 17 });
    fresh.put(17, rows(17, 1));
    expect(positions(fresh.take(17, 18))).toEqual([17]);
  });

  it('are only given where all that is asked for is there; what lies before goes too', () => {
    const fresh = holding(10, 5);
    expect(fresh.take(9, 12)).toBeUndefined();
    expect(fresh.take(14, 16)).toBeUndefined();
    expect(fresh.length).toBe(5);
    expect(positions(fresh.take(12, 14))).toEqual([12, 13]);
    expect(fresh.length).toBe(1);
  });

  it('have no gap: those before one go', () => {
    const fresh = holding(10, 2);
    fresh.put(13, rows(13, 2));
    expect(fresh).toMatchObject({ length: 2, end: 15 });
    expect(fresh.take(10, 12)).toBeUndefined();
  });
});

function holding(from: number, ...batches: number[]): FreshRows {
  const fresh = new FreshRows();
  for (const count of batches) {
    fresh.put(from, rows(from, count));
    from += count;
  }
  return fresh;
}

function rows(from: number, count: number): DevelopmentRow[] {
  const row = { earliest: null, latest: null, matter: 'm', begins: null, terms: [] };
  return Array.from({ length: count }, (_, index) => ({ ...row, position: from + index }));
}

const positions = (taken: DevelopmentRow[] | undefined) => taken?.map(({ position }) => position);
