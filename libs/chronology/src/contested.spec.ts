import { describe, expect, it } from '@jest/globals';
import { anonymous, at, by, desk, ledgerOf, report, troops } from '../../../test/support/naive/handmade.js';
import type { DeskContent, WorldContent } from './development.js';
import { builtInKinds } from './kinds.js';
import { replay } from './replay.js';
import type { QuantityAlternative } from './state.js';

/** Ids of the alternatives at the end of 2025, by what they are about. */
function quarrels(...contents: (WorldContent | DeskContent)[]): Record<string, string[]> {
  const state = replay(ledgerOf(...contents), builtInKinds, at('2025-12-31'))!;
  return Object.fromEntries(
    state.contested.map((quarrel) => [
      'of' in quarrel ? quarrel.of : quarrel.claim,
      quarrel.alternatives.map((each) => each.by),
    ]),
  );
}

function said(id: string, source: string, quantity: Parameters<typeof troops>[0], when = '2025-08-26') {
  return report(id, 'deployment.underway', when, { ...by(source), ...troops(quantity) });
}

describe('a contested quantity', () => {
  const seven = said('seven', 'afp', { value: 7 });

  it('shows all that overlap, from other sources, with other values', () => {
    expect(quarrels(said('five', 'efe', { value: 5 }), said('six', 'reuters', { value: 6 }), seven)).toEqual({
      troops: ['five', 'six', 'seven'],
    });
  });

  it('is none with the same source, the same value, another unit or another time', () => {
    expect(quarrels(said('own', 'afp', { value: 5 }), seven)).toEqual({});
    expect(quarrels(said('same', 'efe', { value: 7 }), seven)).toEqual({});
    expect(quarrels(said('unit', 'efe', { value: 5, unit: 'battalion' }), seven)).toEqual({});
    expect(quarrels(said('before', 'efe', { value: 5 }, '2025-08-25'), seven)).toEqual({});
  });

  it('is none where one is the level before the other: that is a change', () => {
    expect(quarrels(said('five', 'efe', { value: 5 }), said('more', 'afp', { value: 7, prior: 5 }))).toEqual(
      {},
    );
    expect(quarrels(said('back', 'efe', { value: 5, prior: 7 }), seven)).toEqual({});
  });

  it('never takes two anonymous sources for the same', () => {
    const hidden = (id: string, value: number) => ({
      ...said(id, 'x', { value }),
      ...anonymous('an official'),
    });
    expect(quarrels(hidden('one', 1), hidden('two', 2))).toEqual({ troops: ['one', 'two'] });
  });

  it('finds what lasts long behind much that was over long ago', () => {
    const year = said('year', 'efe', { value: 5 }, '2025');
    const days = Array.from({ length: 25 }, (_, day) =>
      said(`d${day}`, 'reuters', { value: day }, `2025-07-${String(day + 1).padStart(2, '0')}`),
    );
    expect(quarrels(year, ...days, seven)).toEqual({ troops: ['year', 'seven'] });
  });

  it('gives a range its two ends, and the last 20 in fold order', () => {
    const many = Array.from({ length: 30 }, (_, n) => said(`n${n}`, `s${n}`, { low: n, high: 99 }));
    const state = replay(ledgerOf(...many), builtInKinds, at('2025-12-31'))!;
    const { alternatives } = state.contested[0] as { alternatives: QuantityAlternative[] };
    expect(alternatives.map(({ low }) => low)).toEqual(Array.from({ length: 20 }, (_, n) => n + 10));
    expect(alternatives[0]).toMatchObject({ by: 'n10', value: null, low: 10, high: 99 });
  });

  it('is over once a later development adds to it', () => {
    const delta = said('delta', 'efe', { delta: 1 }, '2025-08-27');
    expect(quarrels(said('five', 'efe', { value: 5 }), seven, delta)).toEqual({});
  });
});

describe('contested claims', () => {
  const claim = (id: string, source: string, related: WorldContent['related'] = []) =>
    report(id, 'claim.made', '2025-08-26', { ...by(source), related });
  const refuted = (id: string) =>
    report(`not-${id}`, 'claim.refuted', '2025-08-27', { related: [{ rel: 'responds-to', id }] });

  it('stand side by side, each with its source, until one is refuted', () => {
    const [a, b, c] = [claim('a', 'afp'), claim('b', 'efe'), claim('c', 'reuters')];
    expect(quarrels(a, b, c)).toEqual({ 'claim-1': ['a', 'b', 'c'] });
    expect(quarrels(a, b, c, refuted('a'))).toEqual({ 'claim-1': ['b', 'c'] });
    expect(quarrels(a, b, refuted('a'))).toEqual({});
    expect(quarrels(a, b, desk('record.retracted', 'b'))).toEqual({});
  });

  it('do not quarrel with those that agree, or have the same source', () => {
    expect(quarrels(claim('a', 'afp'), claim('b', 'efe', [{ rel: 'agrees', id: 'a' }]))).toEqual({});
    expect(quarrels(claim('a', 'afp', [{ rel: 'agrees', id: 'b' }]), claim('b', 'efe'))).toEqual({});
    expect(quarrels(claim('a', 'afp'), claim('b', 'afp'))).toEqual({});
  });

  it('leave out those that quarrel with none, and show the last 20', () => {
    const loner = claim('z', 'reuters', [
      { rel: 'agrees', id: 'a' },
      { rel: 'agrees', id: 'b' },
    ]);
    expect(quarrels(claim('a', 'afp'), claim('b', 'efe'), loner)).toEqual({ 'claim-1': ['a', 'b'] });
    const many = Array.from({ length: 30 }, (_, n) => claim(`n${n}`, n % 2 ? 'afp' : 'efe'));
    expect(quarrels(...many)['claim-1']).toEqual(Array.from({ length: 20 }, (_, n) => `n${n + 10}`));
  });
});
