import { describe, expect, it } from '@jest/globals';
import { builtInKinds as kinds } from '#libs/chronology';
import type { Quantity, SlotState } from '#libs/chronology';
import { at, ledgerOf, report } from './handmade.js';
import { naiveState } from './index.js';

/** The state after reports that bring these, one a day. */
function after(...quantities: Omit<Quantity, 'of'>[]): SlotState {
  const reports = quantities.map((quantity, n) =>
    report(`r${n}`, 'deployment.underway', `2025-02-0${n + 1}`, {
      quantities: [{ of: 'troops', ...quantity }],
      actors: [`actor-${n}`],
    }),
  );
  return naiveState(ledgerOf(...reports), kinds, 'deployment-1', at('2025-03-01'), 100)!;
}

describe('the level of a quantity', () => {
  it('is set whole by a value', () => {
    const state = after({ low: 10, high: 20, unit: 'person', text: 'some' }, { value: 15 });
    expect(state.quantities).toEqual([
      { of: 'troops', value: 15, unit: null, low: null, high: null, text: null, by: 'r1', actor: 'actor-1' },
    ]);
  });

  it('is set to null by words alone, which it keeps', () => {
    expect(after({ value: 15 }, { text: 'thousands' }).quantities[0]).toMatchObject({
      value: null,
      text: 'thousands',
      by: 'r1',
    });
  });

  it('takes a delta on its value, or on both ends of its range', () => {
    expect(after({ value: 15, unit: 'person' }, { delta: 5 }).quantities[0]).toMatchObject({
      value: 20,
      unit: 'person',
    });
    const range = after({ low: 10, high: 20 }, { delta: -5, unit: 'person' }).quantities[0];
    expect(range).toMatchObject({ value: null, low: 5, high: 15, unit: 'person' });
  });

  it.each([
    ['nothing', []],
    ['words', [{ text: 'thousands' }]],
    ['another unit', [{ value: 3, unit: 'battalion' }]],
  ])('takes a delta upon %s from 0, with an anomaly', (_what, before) => {
    const state = after(...before, { delta: 5, unit: 'person' });
    expect(state.quantities[0]).toMatchObject({ value: 5, unit: 'person', low: null });
    expect(state.anomalies).toEqual([{ code: 'delta-without-base', detail: 'troops' }]);
  });

  it('keeps the unit of the words that a delta has nothing to add to', () => {
    const state = after({ text: 'thousands', unit: 'person' }, { delta: 5 });
    expect(state.quantities[0]).toMatchObject({ value: 5, unit: 'person', text: null });
  });

  it('forgets an anomaly with the next actual development', () => {
    expect(after({ delta: 5 }, { delta: 5 })).toMatchObject({ anomalies: [], quantities: [{ value: 10 }] });
  });

  it('applies the quantities of one development in their order, and lists names by first mention', () => {
    const quantities: Quantity[] = [
      { of: 'warships', value: 3 },
      { of: 'troops', value: 10 },
      { of: 'warships', delta: 2 },
    ];
    const ledger = ledgerOf(report('a', 'deployment.underway', '2025-02-01', { quantities }));
    const state = naiveState(ledger, kinds, 'deployment-1', at('2025-03-01'), 100)!;
    expect(state.quantities.map(({ of, value }) => [of, value])).toEqual([
      ['warships', 5],
      ['troops', 10],
    ]);
  });
});
