import { describe, expect, it } from '@jest/globals';
import edtf, { parse } from 'edtf';
import fc from 'fast-check';
import { computeBounds } from './bounds.js';
import { BoundsError, readOccurred, readParsed, readPlain } from './occurred.js';

const pad = (n: number, width = 2) => String(n).padStart(width, '0');
const part = (max: number) => fc.integer({ min: 0, max }).map((n) => pad(n));
const offset = fc.oneof(
  fc.constantFrom('', 'Z', 'z', '+00:00', '-00:00', '+14:00', '-12:00', '+12:00', '+13:45'),
  fc.tuple(fc.constantFrom('+', '-'), part(15), part(61)).map(([sign, h, m]) => `${sign}${h}:${m}`),
);

/** Plain dates and date-times, some of them a little wrong. */
const plainish = fc
  .tuple(fc.integer({ min: 0, max: 9999 }), part(13), part(32), part(25), part(61), part(61), offset)
  .chain(([year, month, day, h, m, s, zone]) => {
    const date = `${pad(year, 4)}-${month}-${day}`;
    return fc.constantFrom(pad(year, 4), `${pad(year, 4)}-${month}`, date, `${date}T${h}:${m}:${s}${zone}`);
  });

/** Anything made of the characters that EDTF uses. */
const soup = fc.string({ unit: fc.constantFrom(...'0123456789--::TZ+/.[]?~%X'), maxLength: 25 });

function parsedMoment(text: string): unknown {
  try {
    return readParsed(text).start;
  } catch (error) {
    expect(error).toBeInstanceOf(BoundsError);
    return undefined;
  }
}

describe('the way past the parser', () => {
  it('reads what it reads as the parser does, and leaves it every text that it refuses', () => {
    fc.assert(
      fc.property(fc.oneof(plainish, soup), (text) => {
        const plain = readPlain(text);
        if (plain) expect(parsedMoment(text)).toEqual(plain);
      }),
      { numRuns: 1_500 },
    );
  });

  it('is taken by every plain date, and by date-times with everyday offsets', () => {
    for (const text of ['2025', '2025-08', '2025-08-26', '2025-08-26T14:30:00', '2025-08-26T14:30:00Z']) {
      expect(readPlain(text)).toEqual(parsedMoment(text));
      expect(readPlain(text)).toBeDefined();
    }
    expect(readPlain('2025-08-26T14:30:00-04:00')).toEqual(parsedMoment('2025-08-26T14:30:00-04:00'));
    expect(readPlain('2025-08-26T14:30:00-04:00')).toBeDefined();
  });
});

describe('any text', () => {
  it('has bounds in order, or is refused with a BoundsError', () => {
    const ends = fc.constantFrom(
      '',
      '..',
      '2025',
      '2025-08',
      '2025-02-29',
      '2024-02-29~',
      '2025-08-26T14:30:00',
    );
    const composed = fc
      .tuple(
        fc.constantFrom('', '[', '{', '[..'),
        ends,
        fc.constantFrom('/', '..', ','),
        ends,
        fc.constantFrom('', ']', '}'),
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(plainish, soup, composed, fc.string()), (text) => {
        try {
          const { earliest, latest } = computeBounds(text, 'America/New_York', 0);
          expect(earliest).toBeLessThan(latest);
          expect(Number.isInteger(latest)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(BoundsError);
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('read twice is read the same', () => {
    expect(readOccurred('[2025-08-01..2025-08-28]')).toEqual(readOccurred('[2025-08-01..2025-08-28]'));
  });
});

/** If one of these fails after an upgrade, read occurred.ts again: it may do without the guard. */
describe('why the arithmetic of edtf 4.11.1 is not used', () => {
  it('gives a set the maximum of its first date', () => {
    expect(edtf('[2025-08-01..2025-08-28]').max).toBe(Date.UTC(2025, 7, 2) - 1);
  });

  it('turns 29 February of a common year into 1 March', () => {
    expect(edtf('2025-02-29').min).toBe(Date.UTC(2025, 2, 1));
  });

  it('reads a time without an offset in the zone of the host', () => {
    expect(parse('2025-08-26T14:30:00')).toMatchObject({
      offset: -new Date(2025, 7, 26).getTimezoneOffset(),
    });
    expect(parse('2025-08-26T14:30:00')).toHaveProperty('timeZone', undefined);
  });

  it('gives maxima that are inclusive to the millisecond, and for a second its first', () => {
    expect(edtf('2025-08-26').max).toBe(Date.UTC(2025, 7, 27) - 1);
    expect(edtf('2025-08-26T14:30:00Z').max).toBe(Date.UTC(2025, 7, 26, 14, 30));
  });

  it('lets reversed sets and 24:00 pass', () => {
    expect(edtf('[2025-08-28..2025-08-01]').min).toBe(Date.UTC(2025, 7, 28));
    expect(edtf('2025-08-26T24:00:00Z').min).toBe(Date.UTC(2025, 7, 27));
  });

  it('gives an open interval no minimum', () => {
    expect(edtf('/..').min).toBeNull();
  });
});
