import { describe, expect, it } from '@jest/globals';
import { networkOf, RequestCounts } from './request-counts.js';

describe('the requests of a caller', () => {
  it('are counted from the first to the end of its stretch, and then anew', () => {
    const counts = new RequestCounts(1_000, 10);
    expect(counts.add('a', 0)).toEqual({ made: 1, until: 1_000 });
    expect(counts.add('b', 400)).toEqual({ made: 1, until: 1_400 });
    expect(counts.add('a', 999)).toEqual({ made: 2, until: 1_000 });
    expect(counts.add('a', 1_000)).toEqual({ made: 1, until: 2_000 });
    expect(counts.add('b', 1_001)).toEqual({ made: 2, until: 1_400 });
  });

  it('are counted with those of all other new callers while there are too many, and apart again after', () => {
    const counts = new RequestCounts(1_000, 2);
    counts.add('a', 0);
    counts.add('b', 500);
    expect(['c', 'd', 'c'].map((caller) => counts.add(caller, 600).made)).toEqual([1, 2, 3]);
    expect(counts.add('a', 700)).toEqual({ made: 2, until: 1_000 });
    expect(counts.add('e', 1_000)).toEqual({ made: 1, until: 2_000 });
    expect(counts.add('c', 1_599)).toEqual({ made: 1, until: 2_599 });
    expect(counts.add('f', 1_600)).toEqual({ made: 1, until: 2_600 });
    expect(counts.add('d', 1_601)).toEqual({ made: 2, until: 2_600 });
  });

  it('take no more room than for so many callers', () => {
    const counts = new RequestCounts(1_000, 100);
    for (let n = 0; n < 1_000; n++) counts.add(`caller ${n}`, 0);
    expect((counts as unknown as { apart: Map<string, unknown> }).apart.size).toBe(100);
  });
});

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
    ['unknown', 'unknown'],
  ])('is counted by what is given to one: %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
