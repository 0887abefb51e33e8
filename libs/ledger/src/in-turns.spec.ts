import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { inTurns } from './in-turns.js';

it('gives all of a list in order, and lets others have their turn meanwhile', async () => {
  const list = Array.from({ length: 1_000 }, (_, n) => n);
  let turns = 0;
  let over = false;
  const other = (async () => {
    for (; !over; turns++) await nextTurn();
  })();
  const given: number[] = [];
  for await (const n of inTurns(list, 20)) given.push(n);
  over = true;
  await other;
  expect(given).toEqual(list);
  expect(turns).toBeGreaterThan(40);
});

it('gives nothing of nothing', async () => {
  for await (const item of inTurns([])) throw new Error(`${String(item)} of nothing`);
});
