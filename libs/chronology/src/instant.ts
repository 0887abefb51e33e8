/**
 * Instants as milliseconds since 1970-01-01T00:00:00Z, their text (RFC 3339), and calendar days as numbers.
 * The calendar is the proleptic Gregorian one, years 0000 to 9999: what RFC 3339 can write.
 */
import type { Instant } from './development.js';

export const second = 1_000;
export const minute = 60_000;
export const hour = 3_600_000;
/** Milliseconds in a calendar day of 24 hours, as in UTC. */
export const day = 86_400_000;

/** 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z: the first and the last instant that has a text. */
export const firstInstant: Instant = -62_167_219_200_000;
export const lastInstant: Instant = 253_402_300_799_999;

/** RFC 3339 in UTC with three fraction digits. Throws RangeError outside of the years 0000 to 9999. */
export function formatInstant(instant: Instant): string {
  // `!(a && b)` and not `a || b`: NaN must not pass.
  if (!(instant >= firstInstant && instant <= lastInstant)) {
    throw new RangeError(`${instant} is not an instant of the years 0000 to 9999`);
  }
  const date = Math.floor(instant / day);
  const time = instant - date * day;
  const h = Math.floor(time / hour);
  const m = Math.floor(time / minute) % 60;
  const s = Math.floor(time / second) % 60;
  return `${dateText(date)}T${two(h)}:${two(m)}:${two(s)}.${three(time % second)}Z`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function three(value: number): string {
  return value < 100 ? `0${two(value)}` : `${value}`;
}

/** The days that were written of late, by number: `toISOString` takes three times as long as all of `formatInstant`. */
const dateTexts = new Map<number, string>();
const mostDateTexts = 1_000;

/** Day number → `YYYY-MM-DD`. */
function dateText(date: number): string {
  let text = dateTexts.get(date);
  if (text === undefined) {
    if (dateTexts.size === mostDateTexts) dateTexts.clear();
    text = new Date(date * day).toISOString().slice(0, 10);
    dateTexts.set(date, text);
  }
  return text;
}

/**
 * Reads an RFC 3339 date-time (section 5.6: an offset or Z is required, `t` and `z` may be lower case).
 * Fractions are cut to the millisecond. Undefined for anything else, for days and times that do not exist
 * (29 February of a common year, 24:00, a second 60), and for instants outside of the years 0000 to 9999.
 */
export function parseInstant(text: string): Instant | undefined {
  if (text.length < 20 || (text.charCodeAt(10) | 32) !== 0x74) return undefined;
  const date = readDate(text);
  const time = readTime(text, 11);
  if (date === undefined || time === undefined) return undefined;
  const fraction = text[19] === '.' ? digitsFrom(text, 20) : 0;
  if (text[19] === '.' && fraction === 0) return undefined;
  const zoneAt = text[19] === '.' ? 20 + fraction : 19;
  const offset = readOffset(text, zoneAt);
  if (offset === undefined) return undefined;
  const milliseconds =
    fraction < 3 ? Number(text.slice(20, 20 + fraction).padEnd(3, '0')) : number(text, 20, 23);
  const instant = date * day + time + milliseconds - offset;
  return instant >= firstInstant && instant <= lastInstant ? instant : undefined;
}

/** Whether the text is `YYYY-MM-DD` and a day of the calendar. */
export function isCalendarDate(text: string): boolean {
  return parseDate(text) !== undefined;
}

/** `YYYY-MM-DD` → days since 1970-01-01; undefined for anything else. */
export function parseDate(text: string): number | undefined {
  return text.length === 10 ? readDate(text) : undefined;
}

/**
 * Days from 1970-01-01 to a day of the proleptic Gregorian calendar. The month is 1 to 12, or 13 for the
 * next January. Own arithmetic (H. Hinnant, "chrono-compatible low-level date algorithms"), because
 * `Date.UTC` takes the years 0 to 99 for 1900 to 1999.
 */
export function dayNumber(year: number, month: number, dayOfMonth: number): number {
  const y = month > 2 ? year : year - 1;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + dayOfMonth - 1;
  const leapDays = Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100);
  return era * 146_097 + yearOfEra * 365 + leapDays + dayOfYear - 719_468;
}

const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days in a month (1 to 12) of a year. */
export function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : monthLengths[month - 1]!;
}

/** The number in `text[from, to)`, or -1 where a character is not an ASCII digit or is missing. */
export function number(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** `YYYY-MM-DD` at the beginning of a text → day number. */
export function readDate(text: string): number | undefined {
  const year = number(text, 0, 4);
  const month = number(text, 5, 7);
  const dayOfMonth = number(text, 8, 10);
  if (text[4] !== '-' || text[7] !== '-' || year < 0 || month < 1 || month > 12) return undefined;
  if (dayOfMonth < 1 || dayOfMonth > daysInMonth(year, month)) return undefined;
  return dayNumber(year, month, dayOfMonth);
}

/** `hh:mm:ss` at `from` → milliseconds since midnight. */
export function readTime(text: string, from: number): number | undefined {
  const h = number(text, from, from + 2);
  const m = number(text, from + 3, from + 5);
  const s = number(text, from + 6, from + 8);
  if (text[from + 2] !== ':' || text[from + 5] !== ':') return undefined;
  if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59) return undefined;
  return h * hour + m * minute + s * second;
}

/** `Z` or `±hh:mm` from `from` to the end of a text → milliseconds east of UTC. */
export function readOffset(text: string, from: number): number | undefined {
  if (text.length === from + 1) return (text.charCodeAt(from) | 32) === 0x7a ? 0 : undefined;
  const sign = text[from] === '+' ? 1 : text[from] === '-' ? -1 : 0;
  const h = number(text, from + 1, from + 3);
  const m = number(text, from + 4, from + 6);
  if (sign === 0 || text.length !== from + 6 || text[from + 3] !== ':') return undefined;
  if (h < 0 || h > 23 || m < 0 || m > 59) return undefined;
  return sign * (h * hour + m * minute);
}

/** How many ASCII digits stand from `from` on. */
function digitsFrom(text: string, from: number): number {
  let at = from;
  while (number(text, at, at + 1) >= 0) at++;
  return at - from;
}
