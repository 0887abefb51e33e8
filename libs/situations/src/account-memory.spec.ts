import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';
import { developmentsIn } from './account-memory.js';

/** What V8 says of a process with these flags. */
function heapLimitWith(...flags: string[]): number {
  const script = 'process.stdout.write(String(require("v8").getHeapStatistics().heap_size_limit))';
  return Number(spawnSync(process.execPath, [...flags, '-e', script], { env: {} }).stdout);
}

const oldSpace = 600;

it.each([
  [16, [`--max-old-space-size=${oldSpace}`]],
  [128, [`--max-old-space-size=${oldSpace}`, '--max-semi-space-size=128']],
  [8, [`--max_old_space_size=${oldSpace}`, '--max_semi_space_size=64', '--max-semi-space-size=8']],
])(
  'half of the space for what stays, less two semi-spaces of %i MB and all else, is for accounts',
  (semi, flags) => {
    const given = developmentsIn(heapLimitWith(...flags), flags.join(' '));
    const expected = ((oldSpace - 2 * semi - 100) * 2 ** 20) / 2 / 1_900;
    expect(Math.abs(given / expected - 1)).toBeLessThan(0.02);
  },
);

it('some are held in any heap', () => {
  expect(developmentsIn(64 * 2 ** 20, '')).toBe(5_000);
});
