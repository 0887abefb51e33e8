import { expect, it } from '@jest/globals';
import { backgroundPace, pauseAfter } from './background-verifier.js';

it.each([
  ['a tenth of the time', 100, backgroundPace.share, 900],
  [
    'a hundredth while somebody records, also behind a slice of a long matter',
    200,
    backgroundPace.busyShare,
    19_800,
  ],
  ['a moment at least', 1, 1, 20],
  ['half of the lease at most', 1_000, backgroundPace.busyShare, 30_000],
])('verifying pauses for slices to take %s', (_, took, share, pause) => {
  expect(pauseAfter(took, share)).toBeCloseTo(pause);
});
