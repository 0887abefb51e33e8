/**
 * Time zones over `Intl.DateTimeFormat`: where a calendar day begins, and which instants a local time names.
 * A local time is written as the milliseconds it would have in UTC; a local day as its `dayNumber`.
 */
import type { Instant } from './development.js';
import { day, dayNumber, hour } from './instant.js';
import { Recent } from './recent.js';

/** One local day of a zone. */
interface LocalDay {
  /** Its first instant; of a day that was skipped, the first instant after it. */
  start: Instant;
  exists: boolean;
  /** Milliseconds east of UTC all through the day and its neighbours; NaN where the clocks change. */
  offset: number;
}

interface Clock {
  format: Intl.DateTimeFormat;
  /** Where this clock's days stand among those of all clocks. */
  base: number;
}

/**
 * Both bounded, as zones and days come from requests: a format takes some 40 KB and 50 µs to make, a day
 * some 80 bytes and 30 µs to find out. All clocks share the days, so that one busy zone may fill them.
 */
const clocks = new Recent<string, Clock>(128);
const localDays = new Recent<number, LocalDay>(65_536);
/** More than the days of the years -1 to 10000; bases are its multiples, so they stay exact for ever. */
const daysOfClock = 2 ** 23;
let clocksMade = 0;

/**
 * The names of the IANA database are Area/Location, in one spelling, and these. Intl takes any case, and also
 * ICU's own short names (`IST`, `PST`), which mean different zones to different readers.
 */
const areas =
  /^(?:A(?:frica|merica|ntarctica|rctic|sia|tlantic|ustralia)|Brazil|Canada|Chile|Etc|Europe|Indian|Mexico|Pacific|US)\/[A-Za-z0-9_+/-]+$/;
const singles = new Set(
  (
    'CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong ' +
    'Iceland Iran Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland ' +
    'Portugal ROC ROK Singapore Turkey UCT UTC Universal W-SU WET Zulu'
  ).split(' '),
);

/** Whether this is a name of the IANA time zone database that this Node knows. Offsets (`+04:00`) are not. */
export function isZone(name: string): boolean {
  return clockOf(name) !== undefined;
}

/**
 * Whether the clocks of the zone ever showed that day: Pacific/Apia skipped 2011-12-30.
 * @throws RangeError for an unknown zone
 */
export function dayExists(number: number, zone: string): boolean {
  return localDay(requireClock(zone), number).exists;
}

/**
 * The first instant of a day: not midnight where the clocks skipped it, the first of two midnights where they went back.
 * Of a day that was skipped whole, the first instant of what follows it: days tile all of time.
 * @throws RangeError for an unknown zone
 */
export function dayBoundary(number: number, zone: string): Instant {
  return localDay(requireClock(zone), number).start;
}

/** The instants that a local time names, in order: none in a gap, two in an overlap, else one. */
export function localToInstants(local: number, zone: string): Instant[] {
  const clock = requireClock(zone);
  const { offset } = localDay(clock, Math.floor(local / day));
  return Number.isNaN(offset) ? instantsNearChange(clock, local) : [local - offset];
}

function requireClock(zone: string): Clock {
  const clock = clockOf(zone);
  if (!clock) throw new RangeError(`${zone.slice(0, 64)} is not an IANA time zone`);
  return clock;
}

function clockOf(zone: string): Clock | undefined {
  const known = clocks.get(zone);
  if (known) return known;
  if (zone.length > 64 || !(areas.test(zone) || singles.has(zone))) return undefined;
  const format = formatIn(zone);
  if (!format || !spelledRight(zone, format.resolvedOptions().timeZone)) return undefined;
  const clock = { format, base: daysOfClock * ++clocksMade };
  clocks.set(zone, clock);
  return clock;
}

function formatIn(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

/** The words of links: capitalised, but for these. */
const linkWord =
  /^(?:[A-Z][a-z]+|au|es|of|ACT|IN|LHI|NSW|UCT|US|UTC|GMT[-+]?\d*|BajaNorte|BajaSur|ComodRivadavia|DeNoronha|DumontDUrville|EasterIsland|McMurdo)$/;

/** Intl answers a link (`Asia/Kolkata`) by its target (`Asia/Calcutta`), so of a link only its words can be looked at. */
function spelledRight(name: string, resolved: string): boolean {
  if (name.toLowerCase() === resolved.toLowerCase()) return name === resolved;
  return singles.has(name) || name.split(/[/_]|-(?=[A-Za-z])/).every((word) => linkWord.test(word));
}

function localDay(clock: Clock, number: number): LocalDay {
  const key = clock.base + number;
  let known = localDays.get(key);
  if (!known) localDays.set(key, (known = readDay(clock, number)));
  return known;
}

function readDay(clock: Clock, number: number): LocalDay {
  const midnight = number * day;
  const offset = offsetAt(clock, midnight);
  // No zone is a day away from UTC, so these three days hold every instant of the local one.
  const steady = [-day, day, 2 * day].every((step) => offsetAt(clock, midnight + step) === offset);
  if (steady) return { start: midnight - offset, exists: true, offset };
  const start = instantsNearChange(clock, midnight)[0] ?? firstAfterGap(clock, midnight);
  return { start, exists: Math.floor((start + offsetAt(clock, start)) / day) === number, offset: NaN };
}

function instantsNearChange(clock: Clock, local: number): Instant[] {
  const nearby = [-24, -12, 0, 12, 24].map((hours) => offsetAt(clock, local + hours * hour));
  return [...new Set(nearby)]
    .map((offset) => local - offset)
    .filter((instant) => instant + offsetAt(clock, instant) === local)
    .sort((a, b) => a - b);
}

/** The change that jumped over a local time, by bisection to the second (offsets are whole seconds). */
function firstAfterGap(clock: Clock, local: number): Instant {
  let before = (local - day) / 1_000;
  let after = (local + day) / 1_000;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (middle * 1_000 + offsetAt(clock, middle * 1_000) >= local) after = middle;
    else before = middle;
  }
  return after * 1_000;
}

/** Milliseconds east of UTC that the zone's clocks show at an instant. */
function offsetAt(clock: Clock, instant: Instant): number {
  const whole = Math.floor(instant / 1_000) * 1_000;
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const part of clock.format.formatToParts(whole)) shown[part.type] = part.value;
  const year = shown.era === 'BC' ? 1 - Number(shown.year) : Number(shown.year);
  const hours = dayNumber(year, Number(shown.month), Number(shown.day)) * 24 + Number(shown.hour);
  return (hours * 60 + Number(shown.minute)) * 60_000 + Number(shown.second) * 1_000 - whole;
}
