import { describe, expect, it } from '@jest/globals';
import type { Quantity, WorldContent } from './development.js';
import { correctiveLine } from './corrective-line.js';
import { type Item, itemOf } from './item.js';

function item(content: Partial<WorldContent> = {}, retracted = false): Item {
  const whole: WorldContent = {
    ...{ id: 'a', type: 'deployment.underway', matter: 'm', title: 'Ships sail', occurred: '2025-08-26' },
    ...{ timezone: 'UTC', mode: 'actual', assertion: 'reported' },
    attribution: { by: 'reuters', record: 'publisher' },
    ...content,
  };
  const bounds = { earliest: 0, latest: 1 };
  return { ...itemOf({ content: whole, bounds, position: 0, recordedAt: 0, version: 1 }), retracted };
}

const ofShips = (said: Omit<Quantity, 'of'>): Quantity => ({ of: 'warships', ...said });
const ships = (said: Omit<Quantity, 'of'>) => item({ quantities: [ofShips(said)] });

describe('a corrective line', () => {
  it.each<[string, Item, Item, string]>([
    [
      'a number, in the singular and the plural of its unit',
      ships({ value: 1, unit: 'ship' }),
      ships({ value: 1200, unit: 'ship' }),
      'The figure for warships was given as 1 ship; it is 1,200 ships.',
    ],
    [
      'people, and a range',
      ships({ low: 10, high: 20, unit: 'person' }),
      ships({ value: 1, unit: 'person' }),
      'The figure for warships was given as 10 to 20 people; it is 1 person.',
    ],
    [
      'a code of a unit, as it stands',
      ships({ value: 2_500_000.5, unit: 'USD' }),
      ships({ text: 'millions' }),
      'The figure for warships was given as 2,500,000.5 USD; it is “millions”.',
    ],
    [
      'a change that went the other way',
      ships({ delta: 5 }),
      ships({ delta: -5 }),
      'The figure for warships was given as 5 more; it is 5 fewer.',
    ],
    [
      'a number that is taken back',
      ships({ value: 5 }),
      item(),
      'The figure for warships, given as 5, is withdrawn.',
    ],
    ['a title', item(), item({ title: 'No ships sail' }), 'The headline now reads “No ships sail”.'],
    [
      'units that are plural already, or have none',
      ships({ value: 12, unit: 'ships' }),
      ships({ low: 2, high: 4.5, unit: 'percent' }),
      'The figure for warships was given as 12 ships; it is 2 to 4.5 percent.',
    ],
    [
      'people who are called so, and a plural of its own',
      ships({ value: 3, unit: 'people' }),
      ships({ value: 3, unit: 'woman' }),
      'The figure for warships was given as 3 people; it is 3 women.',
    ],
    [
      'a unit that ends like a plural',
      ships({ value: 3, unit: 'bus' }),
      ships({ value: 3, unit: 'pass' }),
      'The figure for warships was given as 3 buses; it is 3 passes.',
    ],
    [
      'a title that quotes',
      item(),
      item({ title: '“No ships,” he says of "ships"' }),
      "The headline now reads “‘No ships,’ he says of 'ships'”.",
    ],
    [
      'a date',
      item(),
      item({ occurred: '[..2025-08-29]' }),
      'It was dated Aug. 26, 2025; it is dated no later than Aug. 29, 2025.',
    ],
    [
      'that a date is another where its words are not',
      item({ occurred: '/2025-08-29' }),
      item({ occurred: '[..2025-08-29]' }),
      'Also corrected: date.',
    ],
    [
      'a phase',
      item(),
      item({ type: 'deployment.announced' }),
      'The deployment was reported as underway; it is announced.',
    ],
    [
      'a phase of two words',
      item({ type: 'designation.inforce' }),
      item({ type: 'designation.revoked' }),
      'The designation was reported as in force; it is revoked.',
    ],
    [
      'a mode',
      item(),
      item({ mode: 'planned' }),
      'It was reported as something that happened; it is planned.',
    ],
    [
      'a mode the other way',
      item({ mode: 'hypothetical' }),
      item({ mode: 'negated' }),
      'It was reported as a possibility; it did not happen.',
    ],
    [
      'what has no words of its own',
      item(),
      item({ actors: ['navy'], reportedAt: '2025-08-27', timezone: 'Asia/Tokyo' }),
      'Also corrected: time zone, actors, date of the report.',
    ],
    [
      'that figures are others where their amounts are not: the words beside a number',
      ships({ value: 12, text: 'about a dozen' }),
      ships({ value: 12, text: 'exactly twelve' }),
      'Also corrected: details of the figures.',
    ],
    [
      'the level before, beside a figure that it has words for',
      item({ quantities: [ofShips({ value: 3 }), { of: 'troops', value: 90, prior: 80 }] }),
      item({ quantities: [ofShips({ value: 2 }), { of: 'troops', value: 90, prior: 70 }] }),
      'The figure for warships was given as 3; it is 2. Also corrected: details of the figures.',
    ],
    [
      'an order of figures, by which they stand in a state',
      item({ quantities: [ofShips({ value: 3 }), { of: 'troops', value: 90 }] }),
      item({ quantities: [{ of: 'troops', value: 90 }, ofShips({ value: 3 })] }),
      'Also corrected: details of the figures.',
    ],
    [
      'nothing more of a figure that it has told, whatever words stand beside it',
      ships({ value: 12, text: 'about a dozen' }),
      ships({ value: 13 }),
      'The figure for warships was given as 12; it is 13.',
    ],
  ])('says %s', (_what, before, after, said) => {
    expect(correctiveLine(before, after)).toBe(
      `A correction: An earlier version of “Ships sail” was wrong. ${said}`,
    );
  });

  it('says that a report is retracted', () => {
    expect(correctiveLine(item(), item({}, true))).toBe(
      'A correction: The report “Ships sail”, dated Aug. 26, 2025, is retracted.',
    );
  });

  it('is none where nothing that was told became another', () => {
    expect(correctiveLine(item(), item())).toBeNull();
    expect(correctiveLine(item({}, true), item({}, true))).toBeNull();
  });
});
