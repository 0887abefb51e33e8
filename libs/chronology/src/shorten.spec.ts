import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crowdedHistories } from '../../../test/support/crowded-history.js';
import { histories } from '../../../test/support/random-history.js';
import { type Account, openAccount, record } from './account.js';
import { slotsOf, weigh } from './account-answers.js';
import { isRegistry, type Recorded, type WorldContent } from './development.js';
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

type Said = { value: number } | { delta: number } | null;

const hour = 3_600_000;

/** One of several sources says something, each an hour after the one before. */
function inOrder(n: number, said: Said): Recorded<WorldContent> {
  const content: WorldContent = {
    ...{
      id: `d${n}`,
      type: 'deployment.reinforced',
      matter: 'm',
      title: 'T',
      occurred: '2025',
      timezone: 'UTC',
    },
    ...(said && { quantities: [{ of: 'troops', ...said }] }),
    attribution: { by: `source-${n % 3}`, record: 'publisher' },
    mode: 'actual',
    assertion: 'reported',
  };
  const bounds = { earliest: n * hour, latest: n * hour + 1_000 };
  return { position: n, recordedAt: 0, version: n + 1, content, bounds };
}

/** The developments that can be reached from it: what keeps them from being collected. */
function heldBy(account: Account): Set<string> {
  const seen = new Set<unknown>();
  const ids = new Set<string>();
  const left: unknown[] = [account];
  while (left.length > 0) {
    const each = left.pop();
    if (typeof each !== 'object' || each === null || seen.has(each)) continue;
    seen.add(each);
    if ('content' in each && 'id' in each) ids.add(String(each.id));
    left.push(...(each instanceof Map ? each.values() : Object.values(each)));
  }
  return ids;
}

describe('an account without its beginning', () => {
  const runs = Number(process.env['FOLD_RUNS'] ?? 500);

  it.each([
    ['of any history', histories({ matters: 1 })],
    ['of one that crowds a few days', crowdedHistories],
  ])('%s changes as a whole one does, by all for which it suffices', (_, ledgers) => {
    let sufficed = 0;
    fc.assert(
      fc.property(ledgers, fc.integer({ min: 1, max: 8 }), (ledger, keep) => {
        sufficed += recordShortened(ledger, keep);
      }),
      { numRuns: runs },
    );
    expect(sufficed).toBeGreaterThan(runs / 4);
  });

  it.each([
    ['numbers', (n: number): Said => ({ value: n % 7 })],
    ['numbers added to each other', (): Said => ({ delta: 1 })],
    ['both', (n: number): Said => (n % 5 === 0 ? { value: n } : { delta: 1 })],
    ['no numbers', (): Said => null],
  ])('holds no development that it has let go of: %s', (_, said) => {
    let account = openAccount('m', builtInKinds);
    const most: number[] = [];
    for (let n = 0; n < 400; n++) {
      ({ account } = record(account, inOrder(n, said(n))));
      if (weigh(account) > 40) account = shorten(account, 20);
      most.push(heldBy(account).size);
    }
    expect(Math.max(...most)).toBeLessThanOrEqual(40 + 20 * 0.25 + 2);
  });

  it('is whole where all that came before may still be told: claims, and deltas over what is undated', () => {
    const claims = (n: number) => ({ ...inOrder(n, null).content, type: 'claim.made' });
    const undated = { ...inOrder(0, { delta: 1 }), bounds: { earliest: -Infinity, latest: hour } };
    const [claimed, added] = [
      Array.from({ length: 30 }, (_, n): Recorded => ({ ...inOrder(n, null), content: claims(n) })),
      [undated, ...Array.from({ length: 30 }, (_, n) => inOrder(n + 1, { delta: 1 }))],
    ].map((entries) =>
      entries.reduce((account, entry) => record(account, entry).account, openAccount('m', builtInKinds)),
    );
    expect(shorten(claimed!, 10)).toBe(claimed);
    expect(shorten(added!, 10)).toBe(added);
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
