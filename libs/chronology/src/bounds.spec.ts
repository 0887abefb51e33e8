import { describe, expect, it } from '@jest/globals';
import { BoundsError, computeBounds, needsReportedAt, resolveInstantOrDate } from './bounds.js';
import { formatInstant, parseInstant } from './instant.js';

const reportedAt = parseInstant('2025-08-29T20:15:00Z')!;

/** Bounds as two texts; null for −∞. */
function bounds(occurred: string, zone = 'UTC'): [string | null, string] {
  const { earliest, latest } = computeBounds(occurred, zone, reportedAt);
  return [earliest === -Infinity ? null : formatInstant(earliest), formatInstant(latest)];
}

/** Midnight in UTC of two dates, as `bounds` gives them. */
function days(from: string | null, to: string): [string | null, string] {
  return [from && `${from}T00:00:00.000Z`, `${to}T00:00:00.000Z`];
}

function refusal(occurred: string, zone = 'UTC'): string {
  try {
    computeBounds(occurred, zone, reportedAt);
  } catch (error) {
    if (error instanceof BoundsError) return error.detail;
    throw error;
  }
  return 'accepted';
}

describe('what a source says, reported on Friday 29 August 2025', () => {
  it.each([
    ['on Tuesday', '2025-08-26', days('2025-08-26', '2025-08-27')],
    [
      'at 14:30 on Tuesday',
      '2025-08-26T14:30:00-04:00',
      ['2025-08-26T18:30:00.000Z', '2025-08-26T18:30:01.000Z'],
    ],
    ['in February', '2025-02', days('2025-02-01', '2025-03-01')],
    ['in 2024', '2024', days('2024-01-01', '2025-01-01')],
    ['earlier this month', '[2025-08-01..2025-08-28]', days('2025-08-01', '2025-08-29')],
    ['last weekend, all of it', '2025-08-23/2025-08-24', days('2025-08-23', '2025-08-24')],
    ['since January', '2025-01/..', days('2025-01-01', '2025-02-01')],
    ['undated, before publication', '[..2025-08-29]', days(null, '2025-08-30')],
    ['not so far', '../2025-08-29', days(null, '2025-08-30')],
    ['not so far', '/2025-08-29', days(null, '2025-08-30')],
    ['still in effect', '/..', [null, '2025-08-29T20:15:00.000Z']],
    ['around the 14th', '2025-02-14~', days('2025-02-14', '2025-02-15')],
    ['perhaps on the 14th', '2025-02-14?', days('2025-02-14', '2025-02-15')],
    ['perhaps around the 14th', '2025-02-14%', days('2025-02-14', '2025-02-15')],
  ] as const)('"%s" is %s', (_, occurred, expected) => {
    expect(bounds(occurred)).toEqual(expected);
  });

  it('means the days of its own zone', () => {
    expect(bounds('2025-08-26', 'America/New_York')).toEqual([
      '2025-08-26T04:00:00.000Z',
      '2025-08-27T04:00:00.000Z',
    ]);
    expect(bounds('2025-03', 'America/New_York')).toEqual([
      '2025-03-01T05:00:00.000Z',
      '2025-04-01T04:00:00.000Z',
    ]);
    expect(bounds('[..2025-08-29]', 'Asia/Kolkata')).toEqual([null, '2025-08-29T18:30:00.000Z']);
  });
});

describe('also accepted', () => {
  it.each([
    ['a minute, whole', '2025-08-26T14:30Z', ['2025-08-26T14:30:00.000Z', '2025-08-26T14:31:00.000Z']],
    [
      'an offset in hours',
      '2025-08-26T14:30:00+04',
      ['2025-08-26T10:30:00.000Z', '2025-08-26T10:30:01.000Z'],
    ],
    [
      'the widest offset',
      '2025-08-26T14:30:00+14:00',
      ['2025-08-26T00:30:00.000Z', '2025-08-26T00:30:01.000Z'],
    ],
    ['a leap day', '2024-02-29', days('2024-02-29', '2024-03-01')],
    ['a mark on one part', '2025-08~-26', days('2025-08-26', '2025-08-27')],
    ['a mark before a part', '2025-?08-26', days('2025-08-26', '2025-08-27')],
    ['marks in an interval', '2025-08-23~/2025-09?', days('2025-08-23', '2025-08-24')],
    ['a marked end', '../2025-08-29?', days(null, '2025-08-30')],
    ['a set of mixed precision', '[2025-02..2025-08-28]', days('2025-02-01', '2025-08-29')],
    ['marks in a set', '[2025-08-01~..2025-08-28?]', days('2025-08-01', '2025-08-29')],
    ['an open set with a mark', '[..2025-08-29~]', days(null, '2025-08-30')],
    [
      'a set of date-times',
      '[2025-08-26T14:30:00Z..2025-08-26T15:30:00Z]',
      ['2025-08-26T14:30:00.000Z', '2025-08-26T15:30:01.000Z'],
    ],
    ['a set of years', '[2019..2021]', days('2019-01-01', '2022-01-01')],
    ['a set of one day', '[2025-08-26..2025-08-26]', days('2025-08-26', '2025-08-27')],
    ['an interval of one day', '2025-08-26/2025-08-26', days('2025-08-26', '2025-08-27')],
    ['an interval within its own month', '2025-08-26/2025-08', days('2025-08-26', '2025-08-27')],
    [
      'a date-time to a date',
      '2025-08-26T14:30:00Z/2025-08-26',
      ['2025-08-26T14:30:00.000Z', '2025-08-26T14:30:01.000Z'],
    ],
    [
      'from a date-time on',
      '2025-08-26T14:30:00Z/..',
      ['2025-08-26T14:30:00.000Z', '2025-08-26T14:30:01.000Z'],
    ],
    ['until a date-time', '../2025-08-26T14:30:00Z', [null, '2025-08-26T14:30:01.000Z']],
    ['the year 0000', '0000', days('0000-01-01', '0001-01-01')],
    ['a year below 100', '0099-12-31', days('0099-12-31', '0100-01-01')],
    ['all but the last day', '9999-12-30', days('9999-12-30', '9999-12-31')],
  ] as const)('%s: %s', (_, occurred, expected) => {
    expect(bounds(occurred)).toEqual(expected);
  });
});

describe('a local time', () => {
  it('without an offset is read in the zone of the development, not of the host', () => {
    expect(bounds('2025-08-26T14:30:00', 'Asia/Tokyo')[0]).toBe('2025-08-26T05:30:00.000Z');
    expect(bounds('2025-08-26T14:30', 'Asia/Tokyo')[0]).toBe('2025-08-26T05:30:00.000Z');
    expect(bounds('2025-08-26T14:30:00/2025-08-27', 'Asia/Tokyo')[0]).toBe('2025-08-26T05:30:00.000Z');
  });

  it('in a gap is refused', () => {
    expect(refusal('2025-03-09T02:30:00', 'America/New_York')).toMatch(
      /^The clocks of America\/New_York skipped/,
    );
    expect(refusal('2025-03-09T02:30', 'America/New_York')).toMatch(
      /^The clocks of America\/New_York skipped/,
    );
    expect(refusal('2025-01/2025-03-09T02:30:00', 'America/New_York')).toMatch(/skipped/);
    expect(refusal('2025-03-09T02:30:00', 'America/Phoenix')).toBe('accepted');
  });

  it('in an overlap covers both', () => {
    expect(bounds('2025-11-02T01:30:00', 'America/New_York')).toEqual([
      '2025-11-02T05:30:00.000Z',
      '2025-11-02T06:30:01.000Z',
    ]);
  });

  it('on a day of 23 or 25 hours leaves the day its length', () => {
    expect(bounds('2025-03-09', 'America/New_York')).toEqual([
      '2025-03-09T05:00:00.000Z',
      '2025-03-10T04:00:00.000Z',
    ]);
    expect(bounds('2025-11-02', 'America/New_York')).toEqual([
      '2025-11-02T04:00:00.000Z',
      '2025-11-03T05:00:00.000Z',
    ]);
  });

  it('on a day that was skipped is refused, and so is the day, but not its month', () => {
    expect(refusal('2011-12-30', 'Pacific/Apia')).toMatch(/^The clocks of Pacific\/Apia skipped that day/);
    expect(refusal('2011-12-30T12:00:00', 'Pacific/Apia')).toMatch(/skipped/);
    expect(bounds('2011-12', 'Pacific/Apia')).toEqual([
      '2011-12-01T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
    expect(bounds('2011-12-29', 'Pacific/Apia')).toEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
    ]);
  });
});

describe('needsReportedAt', () => {
  it('is so for what is still in effect, and for that alone', () => {
    expect(needsReportedAt('/..')).toBe(true);
    expect(['2025/..', '../2025', '/2025', '[..2025]'].filter(needsReportedAt)).toEqual([]);
    expect(computeBounds('2025/..', 'UTC', NaN).latest).toBe(parseInstant('2026-01-01T00:00:00Z'));
  });
});

describe('an instant or a date', () => {
  it('is the end of the day in the zone, where it is a date', () => {
    expect(resolveInstantOrDate('2025-08-28', 'America/New_York')).toBe(parseInstant('2025-08-29T04:00:00Z'));
    expect(resolveInstantOrDate('2025-08-28T12:00:00+02:00', 'America/New_York')).toBe(
      parseInstant('2025-08-28T10:00:00Z'),
    );
  });

  it.each(['', 'now', '2025-02-29', '2025-08', '2025-08-28T12:00:00', '9999-12-31'])('is not %p', (text) => {
    expect(resolveInstantOrDate(text, 'UTC')).toBeUndefined();
  });

  it('is no day that the zone skipped', () => {
    expect(resolveInstantOrDate('2011-12-30', 'Pacific/Apia')).toBeUndefined();
  });
});
