import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  dayNumber,
  daysInMonth,
  firstInstant,
  formatInstant,
  isCalendarDate,
  lastInstant,
  parseInstant,
} from './instant.js';

describe('formatInstant', () => {
  it('writes UTC with three fraction digits', () => {
    expect(formatInstant(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(formatInstant(Date.UTC(2025, 7, 29, 4))).toBe('2025-08-29T04:00:00.000Z');
    expect(formatInstant(firstInstant)).toBe('0000-01-01T00:00:00.000Z');
    expect(formatInstant(lastInstant)).toBe('9999-12-31T23:59:59.999Z');
  });

  it('writes what Date writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: firstInstant, max: lastInstant }), (instant) => {
        expect(formatInstant(instant)).toBe(new Date(instant).toISOString());
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([firstInstant - 1, lastInstant + 1, Infinity, -Infinity, NaN])('refuses %p', (instant) => {
    expect(() => formatInstant(instant)).toThrow(RangeError);
  });
});

describe('parseInstant', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01t00:00:01z', 1_000],
    ['1970-01-01T00:00:00.5Z', 500],
    ['1970-01-01T00:00:00.0019999Z', 1],
    ['1969-12-31T23:59:59.9999Z', -1],
    ['1970-01-01T00:00:00-04:00', 4 * 3_600_000],
    ['1970-01-01T00:00:00+23:59', -(23 * 60 + 59) * 60_000],
    ['1970-01-01T00:00:00-00:00', 0],
    ['2024-02-29T12:00:00Z', Date.UTC(2024, 1, 29, 12)],
    ['0000-01-01T00:00:00Z', firstInstant],
    ['9999-12-31T23:59:59.999Z', lastInstant],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)).toBe(instant);
  });

  it.each([
    '',
    '2025-08-26',
    '2025-08-26T14:30:00',
    '2025-08-26T14:30Z',
    '2025-08-26 14:30:00Z',
    ' 2025-08-26T14:30:00Z',
    '2025-08-26T14:30:00Z ',
    '2025-08-26T14:30:00.Z',
    '2025-08-26T14:30:00,5Z',
    '2025-08-26T14:30:00.5',
    '2025-08-26T14:30:00+0400',
    '2025-08-26T14:30:00+04',
    '2025-08-26T14:30:00+24:00',
    '2025-08-26T14:30:00+04:60',
    '2025-08-26T14:30:00−04:00',
    '2025-08-26T24:00:00Z',
    '2025-08-26T14:60:00Z',
    '2016-12-31T23:59:60Z',
    '2025-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2025-04-31T00:00:00Z',
    '2025-00-10T00:00:00Z',
    '2025-13-10T00:00:00Z',
    '2025-01-00T00:00:00Z',
    '+02025-01-01T00:00:00Z',
    '-0044-03-15T00:00:00Z',
    '2025-08-26T14:30:00ZZ',
    '2025-08-26T14:30:00٫5Z',
    '٢٠٢٥-08-26T14:30:00Z',
    '0000-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
  ])('refuses %p', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it('reads back what formatInstant writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: firstInstant, max: lastInstant }), (instant) => {
        expect(parseInstant(formatInstant(instant))).toBe(instant);
      }),
    );
  });

  it('agrees with the offset it is given', () => {
    const offset = fc.record({ sign: fc.constantFrom(1, -1), minutes: fc.integer({ min: 0, max: 1439 }) });
    fc.assert(
      fc.property(fc.integer({ min: -1e13, max: 1e14 }), offset, (instant, { sign, minutes }) => {
        const local = formatInstant(instant + sign * minutes * 60_000).slice(0, -1);
        const hhmm = [Math.floor(minutes / 60), minutes % 60]
          .map((n) => String(n).padStart(2, '0'))
          .join(':');
        expect(parseInstant(`${local}${sign > 0 ? '+' : '-'}${hhmm}`)).toBe(instant);
      }),
    );
  });
});

describe('the calendar', () => {
  it('knows leap years by the Gregorian rule', () => {
    expect([1900, 2000, 2024, 2025, 0, 100].map((year) => daysInMonth(year, 2))).toEqual([
      28, 29, 29, 28, 29, 28,
    ]);
  });

  it('takes a date only as YYYY-MM-DD', () => {
    expect(['2024-02-29', '0000-02-29', '9999-12-31'].map(isCalendarDate)).toEqual([true, true, true]);
    for (const text of [
      '2025-02-29',
      '2025-02-30',
      '2025-8-26',
      '2025-08',
      '20250826',
      '2025/08/26',
      '2025-08-260',
    ]) {
      expect(isCalendarDate(text)).toBe(false);
    }
  });

  it('numbers days as ECMAScript does', () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_528, max: 2_932_896 }), (number) => {
        const date = new Date(number * 86_400_000);
        expect(dayNumber(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(number);
      }),
    );
  });
});
