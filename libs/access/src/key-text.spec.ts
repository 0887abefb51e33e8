import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findKeyText, isKeyText, keyDigest, makeKeyId, makeKeyText } from './key-text.js';
import { roles } from './role.js';

describe('a key as text', () => {
  it('is always the same for the same random bytes, with the letter of its role', () => {
    const random = () => Buffer.from('00112233445566778899aabbccddeeff', 'hex');
    expect(roles.map((role) => makeKeyText(role, random))).toEqual([
      'dl_r_007pSo2b9TNg1cedavCe7z_3Bb1MW',
      'dl_c_007pSo2b9TNg1cedavCe7z_1T8uxW',
      'dl_u_007pSo2b9TNg1cedavCe7z_2ubKpL',
      'dl_a_007pSo2b9TNg1cedavCe7z_2W6mI9',
    ]);
    expect(makeKeyId(random)).toMatch(/^[0-9A-Za-z]{16}$/);
  });

  it('keeps all 128 bits apart', () => {
    const of = (hex: string) => makeKeyText('reader', () => Buffer.from(hex, 'hex'));
    expect(of('0'.repeat(32))).not.toBe(of('8'.padEnd(32, '0')));
    expect(of('f'.repeat(32))).toContain('_7n42DGM5Tflk9n8mt7Fhc7_');
  });

  it('is known by its checksum: any one wrong character is a typing error', () => {
    fc.assert(
      fc.property(fc.nat(33), fc.constantFrom(...'0Zaz_-'), (at, wrong) => {
        const text = makeKeyText('recorder', randomBytes);
        fc.pre(text[at] !== wrong);
        expect(isKeyText(text)).toBe(true);
        expect(isKeyText(text.slice(0, at) + wrong + text.slice(at + 1))).toBe(false);
      }),
    );
  });

  it.each(['', 'dl_', 'dl_x_007pSo2b9TNg1cedavCe7z_3Bb1MW', ' dl_r_007pSo2b9TNg1cedavCe7z_3Bb1MW'])(
    'is not %j',
    (text) => expect(isKeyText(text)).toBe(false),
  );

  it('is found in the middle of other text, right or mistyped', () => {
    expect(findKeyText('/v1/keys?key=dl_r_007pSo2b9TNg1cedavCe7z_3Bb1MW&x')).toBe(
      'dl_r_007pSo2b9TNg1cedavCe7z_3Bb1MW',
    );
    expect(findKeyText('/v1/keys?key=dl_r_00Vmv2dF0chP7d1RT8EtcF_000000')).toBeDefined();
    expect(findKeyText('/v1/timelines/dl-r-deadline')).toBeUndefined();
  });

  it('is kept as its SHA-256', () => {
    expect(keyDigest('abc')).toBe('ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=');
  });
});
