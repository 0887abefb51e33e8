import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { entryBundle, parseEntryBundle } from './entry-bundle.js';
import { hashesOf, parseTilePath, subtreeRoot, tilePath, tileWidthAt } from './tile.js';

describe('the path of a tile', () => {
  it.each([
    ['0/000', 0, 0, 256],
    ['0/x001/234.p/8', 0, 1_234, 8],
    ['2/x016/x777/215', 2, 16_777_215, 256],
    ['entries/x001/067.p/255', 'entries', 1_067, 255],
  ] as const)('%s is level %s, index %i, width %i', (path, level, index, width) => {
    expect(tilePath({ level, index, width })).toBe(path);
    expect(parseTilePath(path)).toEqual({ level, index, width });
  });

  it.each([
    ...[
      '',
      '0',
      '0/',
      '0/0',
      '0/00',
      '0/0000',
      '0/x000/001',
      '0/001/234',
      '0/x1/234',
      '8/000',
      '-1/000',
      '00/000',
    ],
    ...['0/000.p/0', '0/000.p/256', '0/000.p/01', '0/000.p/', '0/000.p', '0/000/', 'data/000', '0/x001/x234'],
  ])('is not spelled %j', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  it('has one spelling for each tile', () => {
    const level = fc.oneof(fc.nat(7), fc.constant('entries' as const));
    const tile = fc.record({ level, index: fc.nat(2 ** 31), width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(fc.property(tile, (name) => expect(parseTilePath(tilePath(name))).toEqual(name)));
  });
});

it('says how much of a tile a tree has', () => {
  const width = (size: number, level: number | 'entries', index: number) =>
    tileWidthAt(size, { level, index });
  expect([width(0, 0, 0), width(255, 0, 0), width(256, 0, 0), width(256, 0, 1), width(256, 1, 0)]).toEqual([
    0, 255, 256, 0, 1,
  ]);
  expect([width(70_000, 'entries', 273), width(70_000, 1, 1), width(70_000, 2, 0)]).toEqual([112, 17, 1]);
});

it('refuses to join what is no full subtree, and to cut what is no row of hashes', () => {
  expect(() => subtreeRoot([])).toThrow(RangeError);
  expect(() => subtreeRoot([1, 2, 3].map((byte) => Buffer.alloc(32, byte)))).toThrow(RangeError);
  expect(() => hashesOf(Buffer.alloc(33))).toThrow(RangeError);
});

describe('a bundle of entries', () => {
  it('gives back what was put in, also the longest and the empty', () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 20 });
    fc.assert(
      fc.property(entries, (each) => {
        const buffers = [...each.map((bytes) => Buffer.from(bytes)), Buffer.alloc(0)];
        expect(parseEntryBundle(entryBundle(buffers))).toEqual(buffers);
      }),
    );
    const longest = Buffer.alloc(65_535, 7);
    expect(parseEntryBundle(entryBundle([longest]))).toEqual([longest]);
    expect(() => entryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
  });

  it('is refused where its lengths do not add up', () => {
    for (const bytes of [[0], [0, 2, 1], [0, 1, 1, 0]]) {
      expect(parseEntryBundle(Buffer.from(bytes))).toBeUndefined();
    }
  });
});
