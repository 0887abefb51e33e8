import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crowdedHistories } from '../../../test/support/crowded-history.js';
import { histories } from '../../../test/support/random-history.js';
import { openAccount, record } from './account.js';
import { slotsOf, weigh } from './account-answers.js';
import { isRegistry, type Recorded } from './development.js';
import { builtInKinds } from './kinds.js';
import { isWhole, shorten, suffices } from './shorten.js';

/** Records a matter twice, once with an account that is shortened to `keep` developments at each chance. */
function recordShortened(ledger: Recorded[], keep: number): number {
  let whole = openAccount('m', builtInKinds);
  let short = whole;
  let sufficed = 0;
  for (const entry of ledger.filter(({ content }) => !isRegistry(content))) {
    if (!suffices(short, entry.content, entry.bounds)) short = whole;
    else if (!isWhole(short)) sufficed++;
    const [expected, recorded] = [record(whole, entry), record(short, entry)];
    expect(recorded.change).toEqual(expected.change);
    whole = expected.account;
    const { version, lastPosition, kind } = whole;
    expect(recorded.account).toMatchObject({ version, lastPosition, kind });
    const believed = slotsOf(recorded.account);
    expect(believed).toEqual(believed.length === 0 ? [] : slotsOf(whole).slice(-believed.length));
    short = shorten(recorded.account, keep);
  }
  return sufficed;
}

describe('an account without its beginning', () => {
  const runs = Number(process.env['FOLD_RUNS'] ?? 500);

  it.each([
    ['of any history', histories({ matters: 1 })],
    ['of one that crowds a few days', crowdedHistories],
  ])('%s changes as a whole one does, by all for which it suffices', (_, ledgers) => {
    let sufficed = 0;
    fc.assert(
      fc.property(ledgers, fc.integer({ min: 1, max: 4 }), (ledger, keep) => {
        sufficed += recordShortened(ledger, keep);
      }),
      { numRuns: runs },
    );
    expect(sufficed).toBeGreaterThan(runs / 4);
  });

  it('weighs what it holds', () => {
    const ledger = fc.sample(crowdedHistories, { numRuns: 50, seed: 1 }).find((each) => each.length > 12)!;
    let account = openAccount('m', builtInKinds);
    for (const entry of ledger) ({ account } = record(account, entry));
    const short = shorten(account, 3);
    expect(weigh(account)).toBeGreaterThan(8);
    expect(weigh(short)).toBe(4 + short.life.undated.length);
    expect(shorten(short, 3)).toBe(short);
  });
});
