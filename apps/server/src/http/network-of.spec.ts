import { describe, expect, it } from '@jest/globals';
import { networkOf } from './network-of.js';

describe('an address', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:0:7:1:2:3:4', '2001:db8:0:7::/64'],
    ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
    ['2001:0DB8::7:0:0:0:1', '2001:db8:0:7::/64'],
    ['2001:db8:0:7:1::192.0.2.7', '2001:db8:0:7::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['192.0.2.7:54321', '192.0.2.7'],
    ['[2001:db8:0:7::1]:54321', '2001:db8:0:7::/64'],
    ['[2001:db8:0:7::1]', '2001:db8:0:7::/64'],
    ['unknown', 'unknown'],
    ['unknown:7', 'unknown:7'],
  ])('is counted by what is given to one: %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
