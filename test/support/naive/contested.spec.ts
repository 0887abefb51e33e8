import { describe, expect, it } from '@jest/globals';
import { builtInKinds as kinds } from '#libs/chronology';
import type { Contested, WorldContent } from '#libs/chronology';
import { anonymous, at, by, ledgerOf, report, troops } from './handmade.js';
import { naiveState } from './index.js';

function contested(...reports: WorldContent[]): Contested[] {
  return naiveState(ledgerOf(...reports), kinds, reports[0]!.matter, at('2026-01-01'), 1000)!.contested;
}

function parties(...reports: WorldContent[]): string[][] {
  return contested(...reports).map(({ alternatives }) => alternatives.map((one) => one.by));
}

describe('a contested quantity', () => {
  const a = report('a', 'deployment.underway', '2025-08-26', troops({ value: 4000 }));
  const b = (more: Partial<WorldContent>, type = 'deployment.underway') =>
    report('b', type, '2025-08-26', { ...by('ap'), ...troops({ value: 4500 }), ...more });

  it('is two sources with two values at the same time: both stand, each with its source', () => {
    expect(contested(a, b({}))).toEqual([
      {
        of: 'troops',
        alternatives: [
          { by: 'a', value: 4000, attribution: { by: 'reuters', record: 'publisher' } },
          { by: 'b', value: 4500, attribution: { by: 'ap', record: 'publisher' } },
        ],
      },
    ]);
  });

  it('may be a range', () => {
    expect(contested(a, b(troops({ low: 10, high: 20 })))[0]!.alternatives[1]).toMatchObject({
      value: null,
      low: 10,
      high: 20,
    });
  });

  it.each([
    ['the same source', b(by('reuters'))],
    ['the same value', b(troops({ value: 4000 }))],
    ['a value that has the other as its prior', b(troops({ value: 4500, prior: 4000 }))],
    ['another unit', b(troops({ value: 4500, unit: 'person' }))],
    ['another type', b({}, 'deployment.reinforced')],
    ['another day', { ...b({}), occurred: '2025-08-27' }],
    ['a delta', b(troops({ delta: 500 }))],
    ['words', b(troops({ text: 'thousands' }))],
    ['a note', b({ mode: 'planned' })],
  ])('is not %s', (_what, other) => {
    expect(contested(a, other)).toEqual([]);
  });

  it('is not between a value and a later account of what came before it', () => {
    const change = { ...a, ...troops({ value: 4500, prior: 4000 }) };
    expect(contested(change, b(troops({ value: 4000 })))).toEqual([]);
  });

  it('is between levels that are stated: a delta before a value is none', () => {
    expect(contested({ ...a, ...troops({ delta: 500 }) }, b({}))).toEqual([]);
  });

  it('is between two ranges that differ at one end', () => {
    const [wide, narrow] = [troops({ low: 10, high: 30 }), troops({ low: 10, high: 20 })];
    expect(parties({ ...a, ...wide }, b(narrow))).toEqual([['a', 'b']]);
    expect(parties({ ...a, ...wide }, b(wide))).toEqual([]);
  });

  it('never takes two anonymous sources for the same', () => {
    const [one, other] = [anonymous('an official'), anonymous('an official')];
    expect(parties({ ...a, ...one }, b(other))).toEqual([['a', 'b']]);
  });

  it('does not take a missing prior for the missing value of a range', () => {
    expect(parties({ ...a, ...troops({ low: 1, high: 2 }) }, b({}))).toEqual([['a', 'b']]);
  });

  it('keeps the last twenty', () => {
    const many = Array.from({ length: 25 }, (_, n) =>
      report(`r${n}`, 'deployment.underway', '2025-08-26', { ...by(`s${n}`), ...troops({ value: n }) }),
    );
    expect(parties(...many)[0]).toEqual(many.slice(5).map(({ id }) => id));
  });
});

describe('contested claims', () => {
  const a = report('a', 'claim.made', '2025-08-26');
  const b = report('b', 'claim.made', '2025-08-28', by('ap'));

  it('are claims by different sources, each with its source', () => {
    expect(contested(a, b)).toEqual([
      {
        claim: 'claim-1',
        alternatives: [
          { by: 'a', title: 'Title of a', attribution: { by: 'reuters', record: 'publisher' } },
          { by: 'b', title: 'Title of b', attribution: { by: 'ap', record: 'publisher' } },
        ],
      },
    ]);
  });

  it('are not those of one source, nor those that agree', () => {
    expect(parties(a, { ...b, ...by('reuters') })).toEqual([]);
    expect(parties(a, { ...b, related: [{ rel: 'agrees', id: 'a' }] })).toEqual([]);
    expect(parties({ ...a, related: [{ rel: 'agrees', id: 'b' }] }, b)).toEqual([]);
  });

  it('end with the refutation that names one, and no other', () => {
    const refuted = (more: Partial<WorldContent>) => report('c', 'claim.refuted', '2025-08-29', more);
    expect(parties(a, b, refuted({ related: [{ rel: 'responds-to', id: 'a' }] }))).toEqual([]);
    expect(parties(a, b, refuted({}))).toEqual([['a', 'b']]);
    expect(parties(a, b, refuted({ related: [{ rel: 'caused-by', id: 'a' }] }))).toEqual([['a', 'b']]);
  });

  it('outlive a corroboration', () => {
    const c = report('c', 'claim.corroborated', '2025-08-29', { related: [{ rel: 'responds-to', id: 'a' }] });
    expect(parties(a, b, c)).toEqual([['a', 'b']]);
  });
});
