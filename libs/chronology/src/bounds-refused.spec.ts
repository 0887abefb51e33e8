import { describe, expect, it } from '@jest/globals';
import { BoundsError, computeBounds } from './bounds.js';

function refusal(occurred: string, zone = 'UTC'): string {
  try {
    computeBounds(occurred, zone, 0);
  } catch (error) {
    if (error instanceof BoundsError) return error.detail;
    throw error;
  }
  return 'accepted';
}

describe('refused, with a sentence', () => {
  it.each([
    ['nothing', '', /empty/],
    ['a space', ' 2025', /" "/],
    ['a space', '2025-08-26 ', /" "/],
    ['a season', '2025-21', /Season/],
    ['a season of level 2', '2025-33', /Season/],
    ['a decade', '202', /Decade/],
    ['a century', '20', /Century/],
    ['a year beyond four digits', 'Y17000', /"Y"/],
    ['a year beyond four digits', '12025', /not a date/],
    ['a year before 0000', '-0044', /four digits/],
    ['significant digits', '1950S2', /"S"/],
    ['unspecified digits', '202X', /"X"/],
    ['unspecified digits', '2025-XX', /"X"/],
    ['a set without an end', '[2025-08..]', /no latest/],
    ['a set of one', '[2025]', /one range/],
    ['a set as a list', '[2025,2026]', /","/],
    ['a set open and closed', '[..2025..2026]', /not a date/],
    ['a list', '{2025..2026}', /"\{"/],
    ['an interval open at both ends', '../..', /both ends/],
    ['an interval of nothing', '/', /two dots/],
    ['an interval of nothing', '../', /two dots/],
    ['an unknown end', '2025-01/', /two dots/],
    ['an interval with seasons', '2025-21/2025-22', /not a date/],
    ['a set with seasons', '[2025-21..2025-22]', /Season/],
    ['a set with an interval', '[2025/2026..2027]', /Interval/],
    ['an open set', '[..]', /no latest/],
    ['an unclosed set', '[2025..2026', /one range/],
    ['a fraction of a second', '2025-08-26T14:30:00.5Z', /Fractions/],
    ['a fraction of a second', '2025-08-26T14:30:00.000Z', /Fractions/],
    ['24:00', '2025-08-26T24:00:00', /next day/],
    ['24:00', '2025-08-26T24:00', /next day/],
    ['a leap second', '2016-12-31T23:59:60Z', /not a date/],
    ['an hour alone', '2025-08-26T14', /not a date/],
    ['a basic offset', '2025-08-26T14:30:00-0400', /colon/],
    ['an unknown offset', '2025-08-26T14:30:00-00:00', /not a date/],
    ['an offset that no zone has', '2025-08-26T14:30:00+15:00', /not a date/],
    ['a minus sign', '2025-08-26T14:30:00−04:00', /"−"/],
    ['lower case', '2025-08-26t14:30:00z', /"t"/],
    ['a basic date', '20250826', /not a date/],
    ['29 February of a common year', '2025-02-29', /no day 29/],
    ['29 February of 1900', '1900-02-29', /no day 29/],
    ['29 February at the end of an interval', '2025-02-01/2025-02-29', /no day 29/],
    ['29 February in a set', '[..2025-02-29]', /no day 29/],
    ['29 February with a time', '2025-02-29T12:00:00Z', /no day 29/],
    ['30 February', '2025-02-30', /not a date/],
    ['31 April', '2025-04-31', /not a date/],
    ['month 13', '2025-13', /not a date/],
    ['day 0', '2025-08-00', /not a date/],
    ['a reversed interval', '2025-08-24/2025-08-23', /before it begins/],
    ['a reversed interval of years', '2025/2024', /before it begins/],
    ['a reversed interval of date-times', '2025-08-26T14:30:00Z/2025-08-26T14:29:59Z', /before it begins/],
    ['a reversed set', '[2025-08-28..2025-08-01]', /before it begins/],
    ['the end of the calendar', '9999', /0000 to 9999/],
    ['the end of the calendar', '9999-12-31', /0000 to 9999/],
    ['words', 'yesterday', /"y"/],
    ['length', '2025-08-26/'.repeat(10_000), /longer/],
    ['a lone surrogate', '\ud800', /in it/],
  ])('%s: %.40s', (_, occurred, reason) => {
    expect(refusal(occurred)).toMatch(reason);
    expect(refusal(occurred)).toMatch(/Accepted are a year, month or day/);
  });

  it('the beginning of the calendar in a zone where it is still the year before', () => {
    expect(refusal('0000', 'Asia/Tokyo')).toMatch(/0000 to 9999/);
  });

  it('as an error with a code', () => {
    expect(() => computeBounds('2025-21', 'UTC', 0)).toThrow(
      expect.objectContaining({ name: 'BoundsError', code: 'occurred-not-supported' }),
    );
  });
});
