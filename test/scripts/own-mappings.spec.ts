import { SourceMap, type SourceMapPayload } from 'node:module';
import { beforeAll, describe, expect, it } from '@jest/globals';

const script: string = '../../scripts/own-mappings.mjs';
let ownMappings: (map: SourceMapPayload) => SourceMapPayload;
beforeAll(async () => ({ ownMappings } = (await import(script)) as { ownMappings: typeof ownMappings }));

describe("a bundle's source map", () => {
  /** Two lines of ours, two of a package, one of ours that a package's code stands behind, and ours again. */
  const whole: SourceMapPayload = {
    file: 'bundle.js',
    version: 3,
    sources: ['../libs/ours.ts', '../node_modules/theirs/index.js'],
    sourcesContent: [],
    names: [],
    mappings: 'AAAA;AACA;ACDA;AAwBA;ADvBA,oBCuBA;ADtBA',
    sourceRoot: '',
  };

  it('leads to our files as before, and to nothing where the code is of a package', () => {
    const [before, after] = [new SourceMap(whole), new SourceMap(ownMappings(whole))];
    for (const [line, column] of [
      [0, 0],
      [1, 3],
      [4, 2],
    ] as const) {
      expect(before.findEntry(line, column)).toMatchObject({ originalSource: '../libs/ours.ts' });
      expect(place(after, line, column)).toEqual(place(before, line, column));
    }
    for (const [line, column] of [
      [2, 0],
      [3, 9],
      [4, 30],
    ] as const) {
      expect(before.findEntry(line, column)).toMatchObject({ originalSource: whole.sources[1] });
      expect(place(after, line, column)).toEqual([undefined, undefined]);
    }
  });
});

function place(map: SourceMap, line: number, column: number): unknown[] {
  const entry = map.findEntry(line, column);
  return 'originalSource' in entry && entry.originalSource
    ? [entry.originalSource, entry.originalLine]
    : [undefined, undefined];
}
