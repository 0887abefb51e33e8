import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { mapInTurns } from './in-turns.js';

it('gives what becomes of each, in order, and lets others have their turn meanwhile', async () => {
  const list = Array.from({ length: 10_000 }, (_, n) => n);
  let turns = 0;
  let over = false;
  const other = (async () => {
    for (; !over; turns++) await nextTurn();
  })();
  const mapped = await mapInTurns(list, (n) => 2 * n);
  over = true;
  await other;
  expect(mapped).toEqual(list.map((n) => 2 * n));
  expect(turns).toBeGreaterThan(20);
});

it('gives nothing of nothing', async () => {
  expect(await mapInTurns([], () => 1)).toEqual([]);
});
