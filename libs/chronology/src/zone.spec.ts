import { describe, expect, it } from '@jest/globals';
import { Temporal } from '@js-temporal/polyfill';
import fc from 'fast-check';
import { dayNumber, formatInstant } from './instant.js';
import { dayBoundary, dayExists, isZone, localToInstants } from './zone.js';

const day = 86_400_000;

/** Zones with rules that once were odd: half hours, midnight changes, date line jumps, odd minutes. */
const oddZones = [
  'America/Caracas',
  'America/Havana',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Scoresbysund',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Africa/Monrovia',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Gaza',
  'Asia/Kathmandu',
  'Asia/Pyongyang',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Europe/Amsterdam',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Kwajalein',
];
const zone = fc.oneof(fc.constantFrom(...oddZones), fc.constantFrom(...Intl.supportedValuesOf('timeZone')));
/** Days of 1900 to 2100. */
const anyDay = fc.integer({ min: -25_567, max: 47_846 });

function local(text: string): number {
  return Date.parse(`${text}Z`);
}

function instants(text: string, name: string): string[] {
  return localToInstants(local(text), name).map(formatInstant);
}

/** What Temporal says that a local time names: none, one or two instants. */
function possible(at: number, timeZone: string): number[] {
  const plain = Temporal.PlainDateTime.from(new Date(at).toISOString().slice(0, -1));
  return [...new Set(['earlier', 'later'] as const)]
    .map((disambiguation) => plain.toZonedDateTime(timeZone, { disambiguation }))
    .filter((zoned) => zoned.toPlainDateTime().equals(plain))
    .map((zoned) => zoned.epochMilliseconds)
    .filter((instant, index, all) => all.indexOf(instant) === index);
}

describe('isZone', () => {
  it.each([
    'UTC',
    'America/New_York',
    'Asia/Kolkata',
    'Europe/Kyiv',
    'America/Port-au-Prince',
    'Etc/GMT+5',
    'EST5EDT',
    'US/Eastern',
    'US/East-Indiana',
    'Asia/Ho_Chi_Minh',
    'America/Argentina/ComodRivadavia',
    'Australia/NSW',
    'Chile/EasterIsland',
    'Etc/GMT-0',
  ])('takes %s', (name) => expect(isZone(name)).toBe(true));

  it.each([
    ['an offset', '+04:00'],
    ['an offset', 'UTC+4'],
    ['an abbreviation that ICU guesses at', 'IST'],
    ['an abbreviation that ICU guesses at', 'PST'],
    ['another case', 'america/new_york'],
    ['another case', 'AMERICA/NEW_YORK'],
    ['another case', 'America/new_york'],
    ['another case of a link', 'Asia/KOLKATA'],
    ['another case of a link', 'Asia/kolkata'],
    ['another case of a link', 'Asia/KolKata'],
    ['another case of a link', 'Asia/ho_Chi_Minh'],
    ['another case of a link', 'Asia/HO_Chi_Minh'],
    ['another case of a link', 'US/East-indiana'],
    ['another case of a link', 'Etc/GmT-0'],
    ['another case', 'utc'],
    ['a place that is not in the database', 'Europe/Atlantis'],
    ['a path', 'America/../Etc/UTC'],
    ['nothing', ''],
    ['spaces', ' UTC'],
    ['a property of every object', 'constructor'],
    ['length', 'America/'.repeat(1_000)],
  ])('refuses %s (%.40s)', (_, name) => expect(isZone(name)).toBe(false));

  it('takes every name that Intl lists', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((name) => !isZone(name))).toEqual([]);
  });
});

describe('a day', () => {
  const startOfDay = (year: number, month: number, dayOfMonth: number, zone: string) =>
    formatInstant(dayBoundary(dayNumber(year, month, dayOfMonth), zone));

  it('starts at its first instant: after a midnight that the clocks skipped', () => {
    expect(startOfDay(2018, 11, 4, 'America/Sao_Paulo')).toBe('2018-11-04T03:00:00.000Z');
    expect(startOfDay(2025, 3, 30, 'Asia/Beirut')).toBe('2025-03-29T22:00:00.000Z');
    expect(startOfDay(1919, 3, 31, 'America/Toronto')).toBe('1919-03-31T04:30:00.000Z');
  });

  it('starts at the first of two midnights', () => {
    expect(startOfDay(2010, 11, 7, 'America/St_Johns')).toBe('2010-11-07T02:30:00.000Z');
    expect(startOfDay(2025, 11, 2, 'America/Havana')).toBe('2025-11-02T04:00:00.000Z');
  });

  it('is not there where a zone crossed the date line over it: it ends where it would begin', () => {
    expect(dayExists(dayNumber(2011, 12, 30), 'Pacific/Apia')).toBe(false);
    expect(startOfDay(2011, 12, 30, 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
    expect(startOfDay(2011, 12, 31, 'Pacific/Apia')).toBe('2011-12-30T10:00:00.000Z');
  });

  it('is refused in a zone that does not exist', () => {
    expect(() => startOfDay(2025, 1, 1, 'Europe/Atlantis')).toThrow(RangeError);
  });

  it('starts where Temporal starts it, in any zone from 1900 to 2100', () => {
    fc.assert(
      fc.property(zone, anyDay, (timeZone, number) => {
        const date = Temporal.PlainDate.from('1970-01-01').add({ days: number });
        expect(dayBoundary(number, timeZone)).toBe(date.toZonedDateTime(timeZone).epochMilliseconds);
      }),
      { numRuns: 400 },
    );
  });

  it('starts where Temporal starts it on every day of the years when odd zones changed', () => {
    const years: [string, number][] = [
      ['Pacific/Apia', 2011],
      ['Pacific/Kwajalein', 1993],
      ['America/St_Johns', 1988],
      ['Africa/Casablanca', 2015],
      ['Europe/Amsterdam', 1937],
    ];
    for (const [timeZone, year] of years) {
      const first = Temporal.PlainDate.from({ year, month: 1, day: 1 });
      for (let n = 0; n < 365; n++) {
        const start = first.add({ days: n }).toZonedDateTime(timeZone).epochMilliseconds;
        expect(dayBoundary(Date.UTC(year, 0, 1) / day + n, timeZone)).toBe(start);
      }
    }
  });
});

describe('a local time', () => {
  it('names no instant in a gap, two in an overlap, else one', () => {
    expect(instants('2025-03-09T02:30:00', 'America/New_York')).toEqual([]);
    expect(instants('2025-11-02T01:30:00', 'America/New_York')).toEqual([
      '2025-11-02T05:30:00.000Z',
      '2025-11-02T06:30:00.000Z',
    ]);
    expect(instants('2025-08-26T14:30:00', 'America/New_York')).toEqual(['2025-08-26T18:30:00.000Z']);
  });

  it('at the edges of a gap and of an overlap belongs to one side', () => {
    expect(instants('2025-03-09T01:59:59', 'America/New_York')).toHaveLength(1);
    expect(instants('2025-03-09T03:00:00', 'America/New_York')).toHaveLength(1);
    expect(instants('2025-11-02T02:00:00', 'America/New_York')).toHaveLength(1);
    expect(instants('2025-11-02T00:59:59', 'America/New_York')).toHaveLength(1);
  });

  it('names none on a day that was skipped, two where the date line was crossed the other way', () => {
    expect(instants('2011-12-30T12:00:00', 'Pacific/Apia')).toEqual([]);
    expect(instants('1969-09-30T12:00:00', 'Pacific/Kwajalein')).toHaveLength(2);
  });

  it('names the instants that Temporal finds', () => {
    const withinDay = fc.integer({ min: 0, max: 24 * 60 - 1 });
    fc.assert(
      fc.property(zone, anyDay, withinDay, (timeZone, number, minutes) => {
        const at = number * day + minutes * 60_000;
        expect(localToInstants(at, timeZone)).toEqual(possible(at, timeZone));
      }),
      { numRuns: 400 },
    );
  });

  it('names the instants that Temporal finds around each change of an odd zone', () => {
    const change = fc.constantFrom(...oddZones).chain((timeZone) =>
      anyDay.map((number) => {
        const from = Temporal.Instant.fromEpochMilliseconds(number * day).toZonedDateTimeISO(timeZone);
        return { timeZone, change: from.getTimeZoneTransition('next') };
      }),
    );
    fc.assert(
      fc.property(change, fc.integer({ min: -180, max: 180 }), ({ timeZone, change }, minutes) => {
        const at = change
          ? local(change.toPlainDateTime().toString({ smallestUnit: 'second' })) + minutes * 60_000
          : 0;
        expect(localToInstants(at, timeZone)).toEqual(possible(at, timeZone));
      }),
      { numRuns: 300 },
    );
  });
});
