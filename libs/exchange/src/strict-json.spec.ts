import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MalformedJson, parseStrictJson, type JsonFault } from './index.js';

function faultOf(input: Uint8Array | string): MalformedJson {
  try {
    parseStrictJson(input);
  } catch (error) {
    if (error instanceof MalformedJson) return error;
    throw error;
  }
  throw new Error('accepted');
}

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const bytes = (...values: number[]) => Uint8Array.from(values);

const refused: [input: string | Uint8Array, fault: JsonFault, pointer: string, says: string][] = [
  ['', 'syntax', '', 'is empty'],
  [' \n', 'syntax', '', 'is empty'],
  ['{', 'syntax', '', 'ends where a member name'],
  ['{"a"', 'syntax', '/a', 'ends where a colon'],
  ['{"a":', 'syntax', '/a', 'ends where a value'],
  ['{"a":1', 'syntax', '', 'comma or a closing brace'],
  ['{"a":1,}', 'syntax', '', 'member name in double quotes, but found "}" at column 8'],
  ['{\n "a":1,}', 'syntax', '', 'but found "}" at line 2, column 8'],
  ['{"a" 1}', 'syntax', '/a', 'colon after the member name, but found "1"'],
  ['{a:1}', 'syntax', '', 'member name in double quotes, but found "a"'],
  ["{'a':1}", 'syntax', '', 'double quotes'],
  ['{"a":1 "b":2}', 'syntax', '', 'comma or a closing brace'],
  ['[1,]', 'syntax', '/1', 'a value, but found "]"'],
  ['[1 2]', 'syntax', '', 'comma or a closing bracket'],
  ['[1', 'syntax', '', 'closing bracket'],
  ['[,1]', 'syntax', '/0', 'a value'],
  ['{"a":[1,\n  x]}', 'syntax', '/a/1', 'found "x" at line 2, column 3'],
  ['1 2', 'syntax', '', 'nothing more'],
  ['{} // said', 'syntax', '', 'nothing more'],
  ['nul', 'syntax', '', 'a value, but found "n"'],
  ['True', 'syntax', '', 'a value'],
  ['NaN', 'syntax', '', 'a value'],
  ['[-Infinity]', 'syntax', '/0', 'a digit'],
  ['undefined', 'syntax', '', 'a value'],
  ['-', 'syntax', '', 'a digit'],
  ['[+1]', 'syntax', '/0', 'a value'],
  ['[.5]', 'syntax', '/0', 'a value'],
  ['[1.]', 'syntax', '', 'found "."'],
  ['[01]', 'syntax', '', 'found "1"'],
  ['[1e]', 'syntax', '', 'found "e"'],
  ['[0x10]', 'syntax', '', 'found "x"'],
  ['"abc', 'syntax', '', 'closing double quote'],
  ['"a\nb"', 'syntax', '', 'write it as \\u000a'],
  ['"a\tb"', 'syntax', '', '\\u0009'],
  ['["\\x41"]', 'syntax', '/0', 'after a backslash'],
  ['["\\u12g4"]', 'syntax', '/0', 'four hexadecimal digits'],
  ['"\\', 'syntax', '', 'after a backslash'],
  ['\u00a0{}', 'syntax', '', 'a value'],
  ['\ufeff{}', 'byte-order-mark', '', 'byte order mark'],
  [bytes(0xef, 0xbb, 0xbf, 0x7b, 0x7d), 'byte-order-mark', '', 'byte order mark'],
  [bytes(0x22, 0xc3, 0x28, 0x22), 'not-utf8', '', 'at byte 1'],
  [bytes(0x22, 0xc0, 0x80, 0x22), 'not-utf8', '', 'at byte 1'],
  [bytes(0x22, 0x41, 0xed, 0xa0, 0x80, 0x22), 'not-utf8', '', 'at byte 2'],
  [bytes(0x22, 0xf4, 0x90, 0x80, 0x80, 0x22), 'not-utf8', '', 'at byte 1'],
  [bytes(0x22, 0xe2, 0x82), 'not-utf8', '', 'at byte 1'],
  [bytes(0xff, 0xfe, 0x7b, 0x00), 'not-utf8', '', 'at byte 0'],
  [Buffer.concat([Buffer.from(`"${'é'.repeat(5000)}`), bytes(0x80)]), 'not-utf8', '', 'at byte 10001'],
  ['{"title":"a\0b"}', 'nul', '/title', 'NUL'],
  ['{"title":"a\\u0000b"}', 'nul', '/title', 'NUL'],
  ['{"a\\u0000":1}', 'nul', '', 'NUL'],
  ['{"title":"\\ud83d"}', 'lone-surrogate', '/title', 'half of a surrogate pair'],
  ['["\\uDE00\\uD83D"]', 'lone-surrogate', '/0', 'half'],
  ['{"\\udfff":1}', 'lone-surrogate', '', 'half'],
  ['{"a":["\ud83d"]}', 'lone-surrogate', '/a/0', 'half'],
  ['{"\udc00":1}', 'lone-surrogate', '', 'half'],
  ['{"id":"a","id":"b"}', 'duplicate-key', '/id', 'stands twice in one object, again at column 11'],
  ['{"a":{"b":1,"c":2,"\\u0062":3}}', 'duplicate-key', '/a/b', 'twice'],
  ['[{"":1,"":2}]', 'duplicate-key', '/0/', 'twice'],
  ['{"a/b":1,"a~b":{"x":1,"x":1},"c":2}', 'duplicate-key', '/a~0b/x', 'twice'],
  ['{"1":1,"1":2}', 'duplicate-key', '/1', 'twice'],
  ['{"__proto__":{}}', 'reserved-key', '/__proto__', 'not allowed'],
  ['{"a":{"constructor":1}}', 'reserved-key', '/a/constructor', 'not allowed'],
  ['{"\\u005f_proto__":1}', 'reserved-key', '/__proto__', 'not allowed'],
  ['{"\\u0063onstructor":1}', 'reserved-key', '/constructor', 'not allowed'],
  ['{"__prot\\u006f__":1}', 'reserved-key', '/__proto__', 'not allowed'],
  ['{"cons\\u0074ructor":1}', 'reserved-key', '/constructor', 'not allowed'],
  [nested(33), 'too-deep', '/0'.repeat(32), 'deeper than 32'],
  ['{"a":'.repeat(33) + '1' + '}'.repeat(33), 'too-deep', '/a'.repeat(32), 'deeper than 32'],
  ['['.repeat(100_000), 'too-deep', '/0'.repeat(32), 'deeper than 32'],
  ['{"value":1e400}', 'inexact-number', '/value', 'would become Infinity'],
  ['[-1e400]', 'inexact-number', '/0', '-Infinity'],
  ['[1e-400]', 'inexact-number', '/0', 'would become 0'],
  ['[-1e-400]', 'inexact-number', '/0', 'would become 0'],
  ['[9007199254740993]', 'inexact-number', '/0', '9007199254740992'],
  ['[12345678901234567890]', 'inexact-number', '/0', '12345678901234567000'],
  ['[0.1000000000000000055]', 'inexact-number', '/0', 'would become 0.1 '],
  ['[3.141592653589793238]', 'inexact-number', '/0', '3.141592653589793'],
  ['[4.9e-324]', 'inexact-number', '/0', '5e-324'],
  ['[1e999999999999999999999999]', 'inexact-number', '/0', 'Infinity'],
  [`[1${'0'.repeat(2000)}1]`, 'inexact-number', '/0', 'Infinity'],
];

describe('what is refused', () => {
  it.each(refused)('%j is refused: %s at %j', (input, fault, pointer, says) => {
    const error = faultOf(input);
    expect({ fault: error.fault, pointer: error.pointer }).toEqual({ fault, pointer });
    expect(error.detail).toContain(says);
    expect(error.detail).toMatch(/\.$/);
    if (typeof input === 'string' && !/\p{Surrogate}/u.test(input)) {
      expect(faultOf(Buffer.from(input))).toEqual(error);
    }
  });
});

describe('numbers', () => {
  it.each(
    (
      '0 1 -1 0.1 1.0 1e2 1E+2 50000000 -0.5 100e-2 9007199254740992 0.30000000000000004 5e-324 1e308 ' +
      '1.7976931348623157e308 123456789012345 12345678901234567000 0e999999999 0.000000000000000000000001 ' +
      '1000000000000000000000 -120.50 0.00'
    ).split(' '),
  )('%s keeps its value and is accepted', (literal) => {
    expect(parseStrictJson(literal)).toBe(Number(literal));
    expect(parseStrictJson(`{"a":[${literal} ]}`)).toEqual({ a: [Number(literal)] });
  });

  it.each(['-0', '-0.0', '-0e5'])('%s has the value of 0 and is read as 0', (literal) => {
    expect(parseStrictJson(literal)).toBe(0);
    expect(parseStrictJson(`[${literal},-0.5]`)).toEqual([0, -0.5]);
  });

  it('are refused exactly when their decimal value does not come back', () => {
    const digits = fc.stringMatching(/^(0|[1-9][0-9]{0,22})$/);
    const literal = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.stringMatching(/^[0-9]{0,20}$/),
        fc.integer({ min: -340, max: 330 }),
      )
      .map(
        ([sign, whole, part, power]) => `${sign}${whole}${part && `.${part}`}${power % 3 ? '' : `e${power}`}`,
      );
    fc.assert(
      fc.property(literal, (text) => {
        expect(isAccepted(text)).toBe(sameDecimal(text, String(Number(text))));
      }),
      { numRuns: 2000 },
    );
  });
});

/** A second way to compare decimals: as integers of any length over a common power of ten. */
function sameDecimal(a: string, b: string): boolean {
  if (/[IN]/.test(b)) return false;
  const scaled = (text: string): bigint => {
    const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
    const [whole = '', part = ''] = mantissa.split('.');
    return BigInt(whole + part) * 10n ** BigInt(800 - part.length + Number(power));
  };
  return scaled(a) === scaled(b);
}

function isAccepted(text: string): boolean {
  try {
    parseStrictJson(text);
    return true;
  } catch (error) {
    if (error instanceof MalformedJson) return false;
    throw error;
  }
}

describe('what is accepted', () => {
  it('is what JSON.parse gives, in any spelling of white space and escapes', () => {
    const value = fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' });
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1, '\t', '\r\n'), fc.boolean(), (given, indent, escaped) => {
        let text = JSON.stringify(given, null, indent);
        if (escaped)
          text = text.replace(
            /[\u0080-\uffff]/g,
            (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
          );
        fc.pre(!text.includes('\\u0000') && !/__proto__|constructor/.test(text));
        expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 1000 },
    );
  });

  it('never is a text that JSON.parse refuses, and the careful reader refuses all that it does', () => {
    const alphabet = fc.constantFrom(
      ...'{}[]:,"\\ue0123-+.EtrufalsnA \n'.split(''),
      'true',
      'null',
      '"a"',
      '\\ud83d',
    );
    const text = fc.array(alphabet, { maxLength: 14 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (given) => {
        let error: unknown;
        try {
          JSON.parse(given);
        } catch (thrown) {
          error = thrown;
        }
        if (error) faultOf(given);
        else if (!isAccepted(given)) expect(faultOf(given).fault).not.toBe('syntax');
      }),
      { numRuns: 20_000 },
    );
  });

  it.each([
    ['the reserved words in values', '{"a":["__proto__", "constructor"],"constructors":1}'],
    ['whole pairs, escaped and raw', '{"a":"\\ud83d\\ude00 😀"}'],
    ['escapes that only look like trouble', '["\\\\u0000", "\\\\ud83d", "\\u003c", "\\ud55c"]'],
    ['colons, commas and braces in strings', '{"a":"{:,[\\":\\"","b":"\\\\"}'],
    ['the same name in two objects', '[{"a":1},{"a":{"a":2}}]'],
    ['32 levels', nested(32)],
    ['many things side by side', `[${'{"a":[]},'.repeat(50)}1]`],
    ['many things side by side, read with care', `["\\ud83d\\ude00",${'{"a":[[1],{}]},'.repeat(50)}1]`],
    ['a bare word', ' null '],
  ])('%s', (_title, text) => {
    expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
  });

  it('is bytes of any view, at any offset', () => {
    const whole = new Uint8Array([0x5b, 0x31, 0x5d, 0x32]);
    expect(parseStrictJson(whole.subarray(1, 2))).toBe(1);
  });
});
