/**
 * Reads `occurred`, the part of EDTF (ISO 8601-2, levels 0 to 2) that Dateline accepts, without a zone.
 * The `edtf` package parses; nothing of its own arithmetic is used, since its maxima, leap days and local
 * times are not ours (see bounds.spec.ts for each).
 */
import { type DateNode, type IntervalNode, type Node, parse } from 'edtf';
import {
  day,
  dayNumber,
  daysInMonth,
  hour,
  minute,
  number,
  readDate,
  readOffset,
  readTime,
  second,
} from './instant.js';
import { Recent } from './recent.js';

/** Something written as a date or a date-time, before a zone gives it instants. */
export type Moment =
  /** The days [from, to), as day numbers. */
  | { unit: 'days'; from: number; to: number }
  /** Local clock time in milliseconds, how long it lasts, and its offset; null where the zone decides. */
  | { unit: 'clock'; local: number; lasts: number; offset: number | null };

/** `start` and `end` are null where they are open; both for `/..`. */
export interface Reading {
  start: Moment | null;
  end: Moment | null;
  /** Bounds reach to the end of `end` (a one-of set, an open start), or are those of the start alone. */
  spans: boolean;
}

/** `occurred` cannot be given bounds. `detail` says what is wrong with it, and what is accepted. */
export class BoundsError extends Error {
  readonly code = 'occurred-not-supported';
  override readonly name = 'BoundsError';
  readonly detail: string;

  constructor(reason: string) {
    const detail =
      `${reason} Accepted are a year, month or day (2025, 2025-08, 2025-08-26), a date-time to the minute or ` +
      'second, with an offset or in local time (2025-08-26T14:30:00-04:00), an interval ' +
      '(2025-08-23/2025-08-24, 2025-01/.., ../2025-08-29, /2025-08-29, /..) and one of a range ' +
      '([2025-08-01..2025-08-28], [..2025-08-29]); dates may be marked ?, ~ or %.';
    super(detail);
    this.detail = detail;
  }
}

/** A parse takes some 100 µs, and the same few intervals and sets come again and again. */
const parsed = new Recent<string, Reading>(2_048);

/** Throws BoundsError for what is not accepted. */
export function readOccurred(text: string): Reading {
  const plain = readPlain(text);
  if (plain) return { start: plain, end: null, spans: false };
  let reading = parsed.get(text);
  if (!reading) parsed.set(text, (reading = readParsed(text)));
  return reading;
}

/**
 * The way past the parser for what nearly every development has: `YYYY`, `YYYY-MM`, `YYYY-MM-DD`, and
 * `YYYY-MM-DDThh:mm:ss` with `Z`, an offset of less than twelve hours, or none. Undefined for anything else.
 */
export function readPlain(text: string): Moment | undefined {
  if (text.length === 10) {
    const date = readDate(text);
    return date === undefined ? undefined : { unit: 'days', from: date, to: date + 1 };
  }
  if (text.length === 4) return number(text, 0, 4) < 0 ? undefined : daysOf([number(text, 0, 4)]);
  if (text.length === 7) return readPlainMonth(text);
  if (text.length === 19 || text.length === 20 || text.length === 25) return readPlainTime(text);
  return undefined;
}

function readPlainMonth(text: string): Moment | undefined {
  const [year, month] = [number(text, 0, 4), number(text, 5, 7)];
  return text[4] !== '-' || year < 0 || month < 1 || month > 12 ? undefined : daysOf([year, month - 1]);
}

function readPlainTime(text: string): Moment | undefined {
  if (text[10] !== 'T') return undefined;
  const date = readDate(text);
  const time = readTime(text, 11);
  const offset = text.length === 19 ? null : readOffset(text, 19);
  if (date === undefined || time === undefined || offset === undefined) return undefined;
  if (offset !== null && (Math.abs(offset) >= 12 * hour || text.endsWith('-00:00') || text.endsWith('z')))
    return undefined;
  return { unit: 'clock', local: date * day + time, lasts: second, offset };
}

/** The way through the parser, for every text. Of EDTF's letters only T and Z pass: no X, Y, E or S. */
export function readParsed(text: string): Reading {
  if (text === '') throw new BoundsError('It is empty.');
  if (text.length > 64) throw new BoundsError('It is longer than 64 characters.');
  const strange = /[^0-9TZ:+\-./[\]?~%]/u.exec(text);
  if (strange) throw new BoundsError(`It has ${JSON.stringify(strange[0])} in it.`);
  if (/T[\d:]+[+-]\d{4}/.test(text)) throw new BoundsError('An offset is written with a colon, as -04:00.');
  if (text.startsWith('[')) return readSet(text);
  const node = parseNode(text);
  return node.type === 'Interval' ? readInterval(node) : { start: readMoment(node), end: null, spans: false };
}

function parseNode(text: string): Node {
  try {
    return parse(text);
  } catch {
    throw new BoundsError(`"${text}" is not a date of the calendar, nor an interval of such dates.`);
  }
}

function readInterval({ values: [from, to] }: IntervalNode): Reading {
  const open = from === null || typeof from === 'number';
  if (to === null) throw new BoundsError('An interval that goes on is written with two dots, as 2025-01/...');
  if (typeof to !== 'number') {
    return { start: open ? null : readMoment(from), end: readMoment(to), spans: open };
  }
  if (typeof from === 'number') throw new BoundsError('An interval open at both ends says nothing.');
  return { start: open ? null : readMoment(from), end: null, spans: open };
}

/** Taken apart here, because the parser wants both dates of a range in one precision, and without marks. */
function readSet(text: string): Reading {
  const range = /^\[(.*?)\.\.(.*)\]$/.exec(text);
  if (!range) throw new BoundsError('A set is one range of dates, neither a list nor a single date.');
  const [first, last] = [range[1]!, range[2]!];
  if (last === '') throw new BoundsError('A set without a last date has no latest moment.');
  return { start: first === '' ? null : readPart(first), end: readPart(last), spans: true };
}

function readPart(text: string): Moment {
  return readPlain(text) ?? readMoment(parseNode(text));
}

function readMoment(node: Node): Moment {
  if (node.type !== 'Date') throw new BoundsError(`${node.type} is not accepted here.`);
  const [year, month, dayOfMonth, ...time] = node.values as [number, ...number[]];
  if (year < 0) throw new BoundsError('A year has four digits, and is not before 0000.');
  if (dayOfMonth !== undefined && dayOfMonth > daysInMonth(year, month! + 1)) {
    throw new BoundsError(`The month has no day ${dayOfMonth} in ${String(year).padStart(4, '0')}.`);
  }
  return time.length === 0 ? daysOf(node.values) : readTimeOf(node, time);
}

function readTimeOf(node: DateNode, [h, m, s, fraction]: number[]): Moment {
  if (h === 24) throw new BoundsError('24:00 is 00:00 of the next day.');
  if (fraction !== undefined) throw new BoundsError('Fractions of a second are not accepted.');
  const [year, month, dayOfMonth] = node.values as [number, number, number];
  const local = dayNumber(year, month + 1, dayOfMonth) * day + h! * hour + m! * minute + (s ?? 0) * second;
  const offset = node.timeZone === undefined ? null : node.offset! * minute;
  return { unit: 'clock', local, lasts: s === undefined ? minute : second, offset };
}

/** Months from 0. */
function daysOf([year, month, dayOfMonth]: number[]): Moment {
  if (month === undefined)
    return { unit: 'days', from: dayNumber(year!, 1, 1), to: dayNumber(year! + 1, 1, 1) };
  const from = dayNumber(year!, month + 1, dayOfMonth ?? 1);
  return { unit: 'days', from, to: from + (dayOfMonth === undefined ? daysInMonth(year!, month + 1) : 1) };
}
