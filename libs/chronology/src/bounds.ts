/**
 * Bounds of a development: the instants `[earliest, latest)` between which `occurred` says it was so.
 * Computed once, when a development is recorded, and frozen in its payload.
 */
import type { Bounds, Instant } from './development.js';
import { firstInstant, lastInstant, parseDate, parseInstant } from './instant.js';
import { BoundsError, type Moment, readOccurred } from './occurred.js';
import { dayBoundary, dayExists, localToInstants } from './zone.js';

export { BoundsError } from './occurred.js';

/** Whether the bounds depend on when the report came out: `/..`, "still in effect". */
export function needsReportedAt(occurred: string): boolean {
  return occurred === '/..';
}

/**
 * `occurred` is EDTF as BoundsError describes it; `timezone` an IANA name (`isZone`) in which days begin and
 * times without an offset are read; `reportedAt` is used for `/..` alone.
 *
 * A date bounds its whole days, a date-time its second (its minute, where no second is written; edtf 4.11
 * parses that, beyond the letter of EDTF). An interval has the bounds of its start, for its end closes
 * nothing; with an open start, (−∞, its end); `/..` is (−∞, reportedAt). A one-of set reaches from the
 * start of its first date to the end of its last. A day starts at its first instant in the zone; a local
 * time in an overlap covers both its instants, in a gap it is refused, as is a day that the zone skipped.
 * Bounds lie within the years 0000 to 9999, so that they can be written as RFC 3339.
 *
 * Throws BoundsError for an `occurred` that has no bounds, RangeError for an unknown zone.
 */
export function computeBounds(occurred: string, timezone: string, reportedAt: Instant): Bounds {
  const { start, end, spans } = readOccurred(occurred);
  const first = start && boundsOf(start, timezone);
  const last = end && boundsOf(end, timezone);
  if (first && last && last.latest <= first.earliest) throw new BoundsError('It ends before it begins.');
  if (first && !spans) return first;
  return { earliest: first?.earliest ?? -Infinity, latest: last?.latest ?? reportedAt };
}

function boundsOf(moment: Moment, zone: string): Bounds {
  const bounds = moment.unit === 'days' ? boundsOfDays(moment, zone) : boundsOfClock(moment, zone);
  if (bounds.earliest < firstInstant || bounds.latest > lastInstant) {
    throw new BoundsError('It reaches out of the years 0000 to 9999.');
  }
  return bounds;
}

function boundsOfDays({ from, to }: Moment & { unit: 'days' }, zone: string): Bounds {
  if (to === from + 1 && !dayExists(from, zone))
    throw new BoundsError(`The clocks of ${zone} skipped that day.`);
  return { earliest: dayBoundary(from, zone), latest: dayBoundary(to, zone) };
}

function boundsOfClock({ local, lasts, offset }: Moment & { unit: 'clock' }, zone: string): Bounds {
  if (offset !== null) return { earliest: local - offset, latest: local - offset + lasts };
  const instants = localToInstants(local, zone);
  if (instants.length === 0) throw new BoundsError(`The clocks of ${zone} skipped that time.`);
  return { earliest: instants[0]!, latest: instants.at(-1)! + lasts };
}

/**
 * For fields that take an RFC 3339 instant, or a date for the end of that day in the zone (`reportedAt`,
 * `publishedAt`, `asOf`). Undefined for anything else, and for what ends beyond the year 9999.
 */
export function resolveInstantOrDate(text: string, zone: string): Instant | undefined {
  if (text.length !== 10) return parseInstant(text);
  const number = parseDate(text);
  if (number === undefined || !dayExists(number, zone)) return undefined;
  const end = dayBoundary(number + 1, zone);
  return end >= firstInstant && end <= lastInstant ? end : undefined;
}
