import { describe, expect, it } from '@jest/globals';
import { builtInKinds as kinds } from '#libs/chronology';
import type { WorldContent } from '#libs/chronology';
import { at, by, ledgerOf, report, troops } from './handmade.js';
import { naiveTotals } from './index.js';

function forces(date: string, ...reports: WorldContent[]) {
  return naiveTotals(ledgerOf(...reports), kinds, at(date), 1000).get('forces');
}

const navy = { actors: ['us-navy'] };
const a = report('a', 'deployment.underway', '2025-08-01', { ...navy, ...troops({ value: 4000 }) });
const other = { ...navy, matter: 'deployment-2' };

describe('totals', () => {
  it('sum certain matters in value, and the rest in possible', () => {
    const b = report('b', 'deployment.underway', '2025-08', { ...other, ...troops({ value: 500 }) });
    const row = { actor: 'us-navy', of: 'troops', unit: null, low: 0, high: 0 };
    expect(forces('2025-08-15', a, b)).toEqual([{ ...row, value: 4000, possible: 500 }]);
    expect(forces('2025-09-01', a, b)).toEqual([{ ...row, value: 4500, possible: 0 }]);
  });

  it('count a matter once, whatever the number of developments that mention it', () => {
    const again = report('b', 'deployment.underway', '2025-08-02', { ...navy, ...troops({ value: 4100 }) });
    expect(forces('2025-09-01', a, again)).toMatchObject([{ value: 4100 }]);
  });

  it('put what is contested in low and high, and ranges too', () => {
    const quarrel = report('b', 'deployment.underway', '2025-08-01', {
      ...navy,
      ...by('ap'),
      ...troops({ low: 3000, high: 5000 }),
    });
    const range = report('c', 'deployment.underway', '2025-08-01', {
      ...other,
      ...troops({ low: 10, high: 20 }),
    });
    expect(forces('2025-09-01', a, quarrel, range)).toMatchObject([
      { value: 0, possible: 0, low: 3010, high: 5020 },
    ]);
  });

  it('leave out closed matters, words, and what the kind does not sum', () => {
    const gone = report('b', 'deployment.withdrawn', '2025-08-20', navy);
    expect(forces('2025-09-01', a, gone)).toBeUndefined();
    expect(forces('2025-09-01', { ...a, ...troops({ text: 'thousands' }) })).toBeUndefined();
    expect(forces('2025-09-01', { ...a, quantities: [{ of: 'money', value: 5 }] })).toBeUndefined();
  });

  it('keep a row for each actor, name and unit, the unknown first', () => {
    const unnamed = report('b', 'deployment.underway', '2025-08-01', {
      matter: 'deployment-2',
      ...troops({ value: 7 }),
    });
    const inPersons = report('c', 'deployment.underway', '2025-08-01', {
      ...navy,
      matter: 'deployment-3',
      ...troops({ value: 9, unit: 'person' }),
    });
    expect(forces('2025-09-01', inPersons, a, unnamed)!.map(({ value }) => value)).toEqual([7, 4000, 9]);
  });
});
