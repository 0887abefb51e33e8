import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inOneLine } from './service-log.js';

describe('a line of the log', () => {
  it('stays one, whatever the message holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (message) => {
        // eslint-disable-next-line no-control-regex
        expect(inOneLine(message)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
      }),
    );
  });

  it.each([
    ['all is well', 'all is well'],
    ['GET /a\nerror: all is lost', 'GET /a\\u000aerror: all is lost'],
    ['a\r\nb\tc\u0000d', 'a\\u000d\\u000ab\\u0009c\\u0000d'],
    ['\u001b[31mred', '\\u001b[31mred'],
    ['Error: x\n    at f (g.js:1)\n    at h', 'Error: x ⏎ at f (g.js:1) ⏎ at h'],
    ['ночь, 夜, é', 'ночь, 夜, é'],
  ])('says %j', (message, line) => expect(inOneLine(message)).toBe(line));
});
