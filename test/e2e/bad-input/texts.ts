/** Bodies that are no JSON with one meaning, or not sent as what they are. */
import { development } from '../development.js';
import { type BadInput, type Body, posting } from './row.js';

const text = JSON.stringify(development());
/** The development with one field more, written as these very bytes. */
const withField = (field: string) => text.replace('{', `{${field},`);
const withValue = (number: string) =>
  withField(`"quantities":[{"of":"a","value":${number}}]`).replace(
    /,"quantities":\[\{"of":"reward".*?\]/,
    '',
  );
const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const objects = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as never)));

const unreadable: [what: string, body: Body, at: string][] = [
  ['an empty body', '', ''],
  ['white space alone', ' \n\t', ''],
  ['a byte order mark', `\ufeff${text}`, ''],
  ['UTF-16, little end first', Buffer.from(text, 'utf16le'), ''],
  ['UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), ''],
  ['UTF-32', bytes([0x7b, 0, 0, 0, 0x7d, 0, 0, 0]), ''],
  ['bytes that are no UTF-8', bytes('{"title":"', [0xff, 0xfe], '"}'), ''],
  ['Latin-1', bytes('{"title":"caf', [0xe9], '"}'), ''],
  ['an overlong slash', bytes('{"matter":"', [0xc0, 0xaf], '"}'), ''],
  ['a code point beyond Unicode', bytes('{"title":"', [0xf4, 0x90, 0x80, 0x80], '"}'), ''],
  ['a surrogate in UTF-8 (CESU-8)', bytes('{"title":"', [0xed, 0xa0, 0xbd], '"}'), ''],
  ['a gzip archive under the name of JSON', bytes([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), ''],
  ['a raw NUL', '{"title":"a\u0000b"}', '/title'],
  ['an escaped NUL', '{"title":"a\\u0000b"}', '/title'],
  ['a raw line feed in a string', '{"title":"a\nb"}', '/title'],
  ['half a surrogate pair', '{"title":"\\ud83d"}', '/title'],
  ['a surrogate pair turned around', '{"title":"\\ude00\\ud83d"}', '/title'],
  ['half a surrogate pair in a name', '{"\\udead":1}', ''],
  ['a name twice', '{"title":"a","title":"b"}', '/title'],
  ['a name twice, once escaped', '{"type":"a","\\u0074ype":"b"}', '/type'],
  ['a name twice, at depth', withField('"places":[{"ref":"a","ref":"b"}]'), '/places/0/ref'],
  ['__proto__', withField('"__proto__":{"mayRecord":true}'), '/__proto__'],
  ['__proto__, escaped', withField('"\\u005f\\u005fproto__":{}'), '/__proto__'],
  ['constructor, at depth', withField('"quote":{"constructor":{"prototype":{}}}'), '/quote/constructor'],
  ['NaN', withField('"x":NaN'), '/x'],
  ['Infinity', withField('"x":-Infinity'), '/x'],
  ['a number with leading zeros', withField('"x":007'), ''],
  ['a number in hexadecimal', withField('"x":0x10'), ''],
  ['a number with a plus', withField('"x":+1'), '/x'],
  ['1e400', withValue('1e400'), '/quantities/0/value'],
  ['2^53 + 1', withValue('9007199254740993'), '/quantities/0/value'],
  ['0.1 and a little', withValue('0.10000000000000000001'), '/quantities/0/value'],
  ['a number that vanishes', withValue('1e-400'), '/quantities/0/value'],
  ['a number of 5,000 digits', withValue('1'.repeat(5_000)), '/quantities/0/value'],
  ['33 lists in one another', nested(33), '/0'.repeat(32)],
  ['33 objects in one another', objects(33), '/a'.repeat(32)],
  ['a hundred thousand open brackets', '['.repeat(100_000), '/0'.repeat(32)],
  ['two texts', `${text}${text}`, ''],
  ['a trailing comma', '{"type":"a.b",}', ''],
  ['a comment', `/* */${text}`, ''],
  ['single quotes', "{'type':'a.b'}", ''],
  ['half an object', '{"type":', '/type'],
  ['XML', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', ''],
  ['NDJSON under the name of JSON', `${text}\n${text}\n`, ''],
];

const elsewise: [what: string, type: string, encoding?: string][] = [
  ['plain text', 'text/plain'],
  ['a form', 'application/x-www-form-urlencoded'],
  ['a form in parts', 'multipart/form-data; boundary=x'],
  ['XML', 'application/xml'],
  ['CloudEvents', 'application/cloudevents+json'],
  ['JSON for something else', 'application/ld+json'],
  ['a media type that is none', 'json'],
  ['Latin-1', 'application/json; charset=iso-8859-1'],
  ['UTF-16', 'application/json; charset=utf-16'],
  ['UTF-7', 'application/json; charset=utf-7'],
  ['a parameter nobody knows', 'application/json; profile=x'],
  ['two media types', 'application/json, text/plain'],
  ['gzip', 'application/json', 'gzip'],
  ['brotli', 'application/json', 'br'],
  ['gzip twice over', 'application/json', 'gzip, gzip'],
  ['no encoding, by name', 'application/json', 'identity'],
  ['gzipped NDJSON', 'application/x-ndjson', 'gzip'],
  ['NDJSON in Latin-1', 'application/x-ndjson; charset=latin1'],
];

/** A megabyte of zeros in a kilobyte: nothing is ever unpacked. */
const bomb = Buffer.from('H4sIAAAAAAACA+3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA', 'base64');

export const texts: BadInput[] = [
  ...unreadable.map(([what, body, at]) => ({
    ...{ what, bytes: posting(body), status: 400, code: 'malformed-json', at },
  })),
  ...elsewise.map(([what, type, encoding]) => ({
    what: `sent as ${what}`,
    bytes: posting(encoding === undefined ? text : bomb, {
      'content-type': type,
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    }),
    ...{ status: 415, code: 'unsupported-media-type' },
  })),
];
