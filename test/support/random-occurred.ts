/**
 * Random dates as EDTF, clustered on a few days of August 2025 so that overlaps and ties happen, and the bounds
 * of those very forms. Its zones keep one offset all through 2025, so that bounds need no zone database.
 */
import fc from 'fast-check';
import type { Bounds, Instant } from '#libs/chronology';

const minutesEastOf: Record<string, number> = {
  UTC: 0,
  'America/Caracas': -4 * 60,
  'Asia/Tokyo': 9 * 60,
  'Australia/Darwin': 9 * 60 + 30,
};

export const timezones = fc.constantFrom(...Object.keys(minutesEastOf));

const days = ['2025-08-24', '2025-08-25', '2025-08-26', '2025-08-27', '2025-08-28', '2025-08-29'];
const day = fc.constantFrom(...days);
const month = fc.constantFrom('2025-02', '2025-08');
const twoDays = fc
  .tuple(fc.nat({ max: days.length - 2 }), fc.nat({ max: days.length - 2 }))
  .map(([a, b]) => [days[Math.min(a, b)]!, days[Math.max(a, b) + 1]!] as const);
const time = fc.constantFrom('T00:00:00', 'T12:30:00', 'T23:59:59');

export const occurrences: fc.Arbitrary<string> = fc.oneof(
  { weight: 9, arbitrary: day },
  { weight: 2, arbitrary: fc.tuple(fc.oneof(day, month), fc.constantFrom('~', '?', '%')).map(joined) },
  { weight: 2, arbitrary: month },
  { weight: 1, arbitrary: fc.constant('2025') },
  { weight: 3, arbitrary: fc.tuple(day, time, fc.constantFrom('', 'Z', '-04:00')).map(joined) },
  { weight: 3, arbitrary: day.map((until) => `[..${until}]`) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom('../', '/'), day).map(joined) },
  { weight: 1, arbitrary: fc.constant('/..') },
  { weight: 1, arbitrary: fc.oneof(day, month).map((since) => `${since}/..`) },
  { weight: 1, arbitrary: twoDays.map(([from, to]) => `${from}/${to}`) },
  { weight: 2, arbitrary: twoDays.map(([from, to]) => `[${from}..${to}]`) },
);

/** A date, which means its end, or an instant. */
export const reportDates = fc.constantFrom('2025-08-26', '2025-08-27T12:00:00.000Z', '2025-08-29');

function joined(parts: string[]): string {
  return parts.join('');
}

/** Bounds of what `occurrences` makes: `[earliest, latest)` in ms. `/..` needs `reportedAt`. */
export function boundsOf(occurred: string, timezone: string, reportedAt: string | undefined): Bounds {
  const text = occurred.replace(/[?~%]/g, '');
  const stretch = (part: string): Bounds => stretchOf(part, minutesEastOf[timezone]!);
  if (text === '/..') {
    if (reportedAt === undefined)
      throw new RangeError('"/.." lasts until its reportedAt, which is not given');
    const isDate = days.includes(reportedAt);
    return { earliest: -Infinity, latest: isDate ? stretch(reportedAt).latest : Date.parse(reportedAt) };
  }
  if (text.startsWith('[')) {
    const [from, to] = text.slice(1, -1).split('..') as [string, string];
    return { earliest: from === '' ? -Infinity : stretch(from).earliest, latest: stretch(to).latest };
  }
  const [start, end] = text.split('/') as [string, string | undefined];
  const undated = start === '' || start === '..';
  return undated ? { earliest: -Infinity, latest: stretch(end!).latest } : stretch(start);
}

/** A year, month, day or second; `minutesEast` of Greenwich where it has no offset of its own. */
function stretchOf(text: string, minutesEast: number): Bounds {
  const local = (iso: string): Instant => Date.parse(`${iso}Z`) - minutesEast * 60_000;
  if (text.includes('T')) {
    const earliest = /Z|-\d\d:00$/.test(text) ? Date.parse(text) : local(text);
    return { earliest, latest: earliest + 1000 };
  }
  const [year, month, date] = text.split('-').map(Number) as [number, number?, number?];
  const next =
    month === undefined
      ? Date.UTC(year + 1, 0)
      : date === undefined
        ? Date.UTC(year, month)
        : Date.UTC(year, month - 1, date + 1);
  const padded = `${text}${'-01'.repeat(3 - text.split('-').length)}T00:00:00`;
  return { earliest: local(padded), latest: next - minutesEast * 60_000 };
}
