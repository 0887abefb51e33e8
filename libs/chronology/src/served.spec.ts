import { describe, expect, it } from '@jest/globals';
import { desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { isDesk, type DeskContent, type WorldContent } from './development.js';
import { servedUntil } from './served.js';

const ships = (value: number) => ({ quantities: [{ of: 'warships', value }] });
const reported = report('a', 'deployment.underway', '2025-08-26', ships(2));
const embargoed = { ...reported, embargoedUntil: '2030-01-01T00:00:00Z' };
const other = report('b', 'deployment.underway', '2025-08-27');
const corrected = (value: number) => desk('record.corrected', 'a', ships(value));
const decided = (type: DeskContent['type']) => desk(type, 'a');

/** As positions: from, until, and the pauses in between. */
function served(...contents: (WorldContent | DeskContent)[]) {
  const told = servedUntil(ledgerOf(...contents), 'a');
  const ends = ({ from, until }: NonNullable<typeof told>) => [from.position, until.position];
  return told && [...ends(told), ...told.pauses.map((pause) => ends({ ...pause, pauses: [] }))];
}

describe('what a decision took back was served', () => {
  it.each<[string, (WorldContent | DeskContent)[], unknown]>([
    ['from its recording to the decision', [reported, other, corrected(3)], [0, 2]],
    ['from the correction on that brought it', [reported, corrected(3), corrected(2)], [1, 2]],
    [
      'from its recording on, where what was corrected in between is something else',
      [reported, desk('record.corrected', 'a', { title: 'Another' }), corrected(3)],
      [0, 2],
    ],
    [
      'from the first on of several that are corrected at once',
      [
        reported,
        desk('record.corrected', 'a', { title: 'Another' }),
        desk('record.corrected', 'a', { title: 'A third', ...ships(3) }),
      ],
      [0, 2],
    ],
    ['from the lift of its embargo', [embargoed, decided('record.embargo-lifted'), corrected(3)], [1, 2]],
    ['until it was held', [reported, decided('record.held'), other, corrected(3)], [0, 1]],
    [
      'with a pause while it was held',
      [reported, decided('record.held'), other, decided('record.released'), corrected(3)],
      [0, 4, [1, 3]],
    ],
    [
      'from the reinstatement on that the retraction ended',
      [
        ...[reported, decided('record.retracted'), decided('record.reinstated')],
        ...[corrected(3), decided('record.retracted')],
      ],
      [2, 4],
    ],
    ['never, under embargo', [embargoed, corrected(3)], null],
    [
      'never, where it was retracted already',
      [reported, decided('record.retracted'), decided('record.retracted')],
      null,
    ],
    ['never, where the decision changed nothing', [reported, corrected(2)], null],
  ])('%s', (_when, contents, expected) => {
    expect(isDesk(contents.at(-1)!)).toBe(true);
    expect(served(...contents)).toEqual(expected);
  });
});
