import { describe, expect, it } from '@jest/globals';
import { builtInKinds as kinds } from '#libs/chronology';
import type { Recorded } from '#libs/chronology';
import { at, desk, ledgerOf, report } from './handmade.js';
import { naiveSlots } from './index.js';

/** [validFrom, validTo, knownFrom, lastDevelopment] of each slot. */
function rows(ledger: Recorded[], knownAt: number) {
  return naiveSlots(ledger, kinds, ledger[0]!.content.matter, knownAt).map((slot) => [
    slot.validFrom,
    slot.validTo,
    slot.knownFrom,
    slot.state.lastDevelopment,
  ]);
}

const [first, third, tenth] = [at('2025-02-01'), at('2025-02-03'), at('2025-02-10')];
const a = report('a', 'deployment.announced', '2025-02-01');
const b = report('b', 'deployment.underway', '2025-02-10');
const late = report('late', 'deployment.announced', '2025-02-03');

describe('slots', () => {
  it('are the stretches between developments, each believed since it stands', () => {
    expect(rows(ledgerOf(a, b), 0)).toEqual([[first, Infinity, 0, 'a']]);
    expect(rows(ledgerOf(a, b), 1)).toEqual([
      [first, tenth, 1, 'a'],
      [tenth, Infinity, 1, 'b'],
    ]);
  });

  it('are left as they were by a late report, but for the days it fills', () => {
    expect(rows(ledgerOf(a, b, late), 2)).toEqual([
      [first, third, 2, 'a'],
      [third, tenth, 2, 'late'],
      [tenth, Infinity, 1, 'b'],
    ]);
  });

  it('are believed anew when they come back after a break', () => {
    const ledger = ledgerOf(a, desk('record.held', 'a'), desk('record.released', 'a'));
    expect(rows(ledger, 1)).toEqual([]);
    expect(rows(ledger, 2)).toEqual([[first, Infinity, 2, 'a']]);
  });

  it('are not cut by a note', () => {
    const note = report('n', 'deployment.withdrawn', '2025-02-03', { mode: 'planned' });
    expect(rows(ledgerOf(a, note), 1)).toEqual([[first, Infinity, 0, 'a']]);
  });

  it('begin before all time with something undated, and change at its last moment', () => {
    const undated = report('u', 'deployment.underway', '[..2025-02-09]');
    expect(rows(ledgerOf(undated, a), 1)).toEqual([
      [-Infinity, first, 1, 'u'],
      [first, tenth, 1, 'a'],
      [tenth, Infinity, 1, 'u'],
    ]);
  });
});
