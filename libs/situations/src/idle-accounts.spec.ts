import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { Allowance, RecentMap } from '#libs/ledger';
import { IdleAccounts } from './idle-accounts.js';

it('accounts give way once they are idle, also where nothing is recorded any more, down to what may be held', async () => {
  const allowance = new Allowance(1_000_000);
  const map = new RecentMap<string, number>(allowance, (weight) => weight);
  map.nextRound();
  for (const matter of ['first', 'second', 'third']) map.set(matter, 9_000);
  map.rest();
  new IdleAccounts(allowance, 1).watch();
  while (map.has('first')) await sleep(1);
  await sleep(20);
  expect([map.has('second'), map.has('third')]).toEqual([true, true]);
});
