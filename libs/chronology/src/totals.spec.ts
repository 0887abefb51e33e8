import { describe, expect, it } from '@jest/globals';
import { at, by, ledgerOf, report, troops } from '../../../test/support/naive/handmade.js';
import { certaintyOf } from './account-answers.js';
import type { WorldContent } from './development.js';
import { builtInKinds } from './kinds.js';
import { replay } from './replay.js';
import { totalsOf } from './totals.js';

/** Totals of matters, each told by its own reports, at noon of 26 August 2025. */
function totals(...matters: WorldContent[][]) {
  const asOf = at('2025-08-26T12:00:00Z');
  const counted = matters.map((reports, index) => {
    const state = replay(ledgerOf(...reports), builtInKinds, asOf)!;
    return { matter: `m${index}`, state, certainty: certaintyOf(state, asOf) };
  });
  return totalsOf(counted, builtInKinds);
}

function deployed(quantity: Parameters<typeof troops>[0], more: Partial<WorldContent> = {}): WorldContent {
  return report('a', 'deployment.underway', '2025-08-01', {
    ...{ actors: ['us-army'], ...troops(quantity), ...more },
  });
}

const row = { actor: 'us-army', of: 'troops', unit: null, value: 0, possible: 0, low: 0, high: 0 };

describe('totals', () => {
  it('sum the certain and the possible apart', () => {
    const today = deployed({ value: 30 }, { occurred: '2025-08-26' });
    expect(totals([deployed({ value: 10 })], [deployed({ value: 20 })], [today])).toEqual(
      new Map([['forces', [{ ...row, value: 30, possible: 30 }]]]),
    );
  });

  it('are sums of the decimals, and numbers however great', () => {
    const ofValues = (...values: number[]) => totals(...values.map((value) => [deployed({ value })]));
    expect(ofValues(0.3, 1.1, 2.2).get('forces')).toEqual([{ ...row, value: 3.6 }]);
    expect(ofValues(1.7e308, 1.7e308).get('forces')).toEqual([{ ...row, value: Number.MAX_VALUE }]);
  });

  it('count a matter once, at its level, under the first actor of who gave that', () => {
    const more = report('b', 'deployment.reinforced', '2025-08-02', {
      actors: ['us-navy'],
      ...troops({ delta: 5 }),
    });
    expect(totals([deployed({ value: 10 }), more]).get('forces')).toEqual([
      ...[{ ...row, actor: 'us-navy', value: 15 }],
    ]);
  });

  it('put ranges, and the least and the greatest of what is contested, in low and high', () => {
    const other = { ...deployed({ low: 15, high: 40 }, by('afp')), id: 'b' };
    const middle = { ...deployed({ value: 20 }, by('efe')), id: 'c' };
    expect(
      totals([deployed({ value: 10 }), other, middle], [deployed({ low: 1, high: 2 })]).get('forces'),
    ).toEqual([...[{ ...row, low: 11, high: 42 }]]);
  });

  it('leave out closed matters, words alone, and what the kind does not sum', () => {
    const gone = deployed({ value: 10 }, { type: 'deployment.withdrawn' });
    const money = report('c', 'reward.offered', '2025-08-01', { quantities: [{ of: 'money', value: 5 }] });
    expect(totals([gone], [deployed({ text: 'thousands' })], [money])).toEqual(new Map());
  });

  it('stand in order of actor, name and unit, null first', () => {
    const quantities = [
      { of: 'warships', value: 1 },
      { of: 'troops', unit: 'person', value: 2 },
    ];
    const nobody = report('d', 'deployment.underway', '2025-08-01', troops({ value: 3 }));
    expect(
      totals([deployed({}, { quantities })], [nobody], [deployed({ value: 4 })]).get('forces'),
    ).toMatchObject([
      { actor: null, of: 'troops' },
      { actor: 'us-army', of: 'troops', unit: null },
      { actor: 'us-army', of: 'troops', unit: 'person' },
      { actor: 'us-army', of: 'warships' },
    ]);
  });
});
