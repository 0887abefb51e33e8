import { describe, expect, it } from '@jest/globals';
import { at, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import type { Quantity } from './development.js';
import { builtInKinds } from './kinds.js';
import { replay } from './replay.js';

/** The level of what is said of `of: 'troops'`, one report a day, and the anomalies of the last. */
function after(...said: Omit<Quantity, 'of'>[]) {
  const reports = said.map((quantity, day) =>
    report(`d${day}`, 'deployment.underway', `2025-08-0${day + 1}`, {
      quantities: [{ of: 'troops', ...quantity }],
    }),
  );
  const state = replay(ledgerOf(...reports), builtInKinds, at('2025-12-31'))!;
  const { value, low, high, unit, text } = state.quantities[0]!;
  return { level: [value, low, high], unit, text, anomalies: state.anomalies.map(({ code }) => code) };
}

describe('the level of a quantity', () => {
  it('is set whole by a value or a range', () => {
    expect(after({ low: 1, high: 2, unit: 'person', text: 'some' }, { value: 3 })).toEqual({
      ...{ level: [3, null, null], unit: null, text: null, anomalies: [] },
    });
    expect(after({ value: 3 }, { low: 1, high: 2, unit: 'person' })).toMatchObject({
      ...{ level: [null, 1, 2], unit: 'person' },
    });
  });

  it('is unknown after words alone, which are kept', () => {
    expect(after({ value: 3, unit: 'person' }, { text: 'thousands' })).toEqual({
      ...{ level: [null, null, null], unit: null, text: 'thousands', anomalies: [] },
    });
  });

  it('is moved by a delta, at both ends of a range, and keeps its unit', () => {
    expect(after({ value: 3, unit: 'person' }, { delta: 2 })).toMatchObject({
      level: [5, null, null],
      unit: 'person',
    });
    expect(after({ low: 1, high: 2 }, { delta: 2, unit: 'person' })).toMatchObject({
      ...{ level: [null, 3, 4], unit: 'person', anomalies: [] },
    });
  });

  it('begins at 0 for a delta without a base, which is an anomaly of that development alone', () => {
    expect(after({ delta: 2 })).toMatchObject({ level: [2, null, null], anomalies: ['delta-without-base'] });
    expect(after({ delta: 2 }, { delta: 3 })).toMatchObject({ level: [5, null, null], anomalies: [] });
    expect(after({ text: 'many', unit: 'person' }, { delta: 2 })).toMatchObject({
      ...{ level: [2, null, null], unit: 'person', anomalies: ['delta-without-base'] },
    });
    expect(after({ value: 3, unit: 'person' }, { delta: 2, unit: 'ship' })).toMatchObject({
      ...{ level: [2, null, null], unit: 'ship', anomalies: ['delta-without-base'] },
    });
  });

  it('is the sum of the decimals, and a number however great', () => {
    expect(after({ value: 0.1 }, { delta: 0.2 }).level).toEqual([0.3, null, null]);
    expect(after({ low: 0.1, high: 1.1 }, { delta: 0.2 }).level).toEqual([null, 0.3, 1.3]);
    expect(after({ value: 1.7e308 }, { delta: 1.7e308 }).level).toEqual([Number.MAX_VALUE, null, null]);
  });

  it('sums doubles in fold order, also upon a background', () => {
    const tenths = ['1', '2', '3'].map((day) =>
      report(`d${day}`, 'deployment.underway', `2025-08-0${day}`, {
        quantities: [{ of: 'troops', delta: 0.1 }],
      }),
    );
    const base = report('base', 'deployment.announced', '[..2025-09-01]', {
      quantities: [{ of: 'troops', value: 0.3 }],
    });
    const state = replay(ledgerOf(...tenths, base), builtInKinds, at('2025-08-20'))!;
    expect(state.quantities[0]!.value).toBe(0.3 + 0.1 + 0.1 + 0.1);
  });

  it('stands in order of first mention, each by whom it was last touched', () => {
    const [ships, troops] = [{ of: 'warships' }, { of: 'troops' }];
    const first = report('first', 'deployment.announced', '2025-08-01', {
      ...{
        actors: ['us-navy'],
        quantities: [
          { ...ships, value: 3 },
          { ...troops, value: 9 },
        ],
      },
    });
    const second = report('second', 'deployment.underway', '2025-08-02', {
      quantities: [{ ...ships, delta: 1 }],
    });
    const { quantities } = replay(ledgerOf(first, second), builtInKinds, at('2025-12-31'))!;
    expect(quantities.map(({ of, value, by, actor }) => [of, value, by, actor])).toEqual([
      ['warships', 4, 'second', null],
      ['troops', 9, 'first', 'us-navy'],
    ]);
  });
});
