import { describe, expect, it } from '@jest/globals';
import { at, desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import type { DeskContent, Recorded, Replacement, WorldContent } from './development.js';
import { counts, decide, itemOf } from './item.js';

function decided(...decisions: DeskContent[]) {
  const [first, ...rest] = ledgerOf(report('a', 'deployment.announced', '2025-02-01'), ...decisions);
  const item = itemOf(first as Recorded<WorldContent>);
  return rest.reduce((so, entry) => decide(so, entry as Recorded<DeskContent>), item);
}

const corrected = (replacement: Replacement) => desk('record.corrected', 'a', replacement);
const confirmed = desk('record.confirmed', 'a');

describe('verification', () => {
  it("is the desk's last word", () => {
    expect(decided().verification).toBe('unverified');
    expect(decided(confirmed, desk('record.disputed', 'a')).verification).toBe('disputed');
    expect(decided(confirmed, desk('record.unverified', 'a')).verification).toBe('unverified');
  });

  it.each([
    { title: 'Title of a' },
    { type: 'deployment.underway' },
    { quantities: null },
    { occurred: '2025-02-01' },
    { mode: 'actual' as const },
  ])('is taken back by a correction that names %j, be it the same as before', (replacement) => {
    expect(decided(confirmed, corrected(replacement)).verification).toBe('unverified');
  });

  it('stays through other corrections, holds and retractions', () => {
    const others = [
      corrected({ actors: ['us-navy'] }),
      desk('record.held', 'a'),
      desk('record.retracted', 'a'),
    ];
    expect(decided(confirmed, ...others).verification).toBe('confirmed');
  });
});

describe('a decision', () => {
  it('that changes nothing leaves the very same item', () => {
    const item = decided(desk('record.held', 'a'));
    const [, again] = ledgerOf(item.content, desk('record.held', 'a'));
    expect(decide(item, again as Recorded<DeskContent>)).toBe(item);
  });

  it('is undone by a later one, each flag by its own', () => {
    expect(counts(decided(desk('record.held', 'a'), desk('record.reinstated', 'a')))).toBe(false);
    expect(counts(decided(desk('record.held', 'a'), desk('record.released', 'a')))).toBe(true);
    // Flags, not counters.
    const twice = [desk('record.held', 'a'), desk('record.held', 'a'), desk('record.released', 'a')];
    expect(counts(decided(...twice))).toBe(true);
  });

  it('lays corrections over each other in order, and keeps the position', () => {
    const item = decided(corrected({ title: 'B', occurred: '2025-03' }), corrected({ title: 'C' }));
    expect(item).toMatchObject({
      position: 0,
      bounds: { earliest: at('2025-03-01'), latest: at('2025-04-01') },
    });
    expect(item.content.title).toBe('C');
  });
});
