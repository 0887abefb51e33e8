import { describe, expect, it } from '@jest/globals';
import { ledgerOf, report, troops } from '../../../test/support/naive/handmade.js';
import { openAccount, record } from './account.js';
import { slotsOf } from './account-answers.js';
import type { Attribution, Place, Recorded, WorldContent } from './development.js';
import { builtInKinds } from './kinds.js';

describe("a state's text", () => {
  // One development came in a request, in whatever order; folded again it comes from the ledger's bytes.
  it.each([
    ['what is so', 'deployment.underway', 'attribution":{"by":"b","via":"agency","record":"on-record"}'],
    ['who gives another number', 'deployment.underway', '"value":2,"attribution":{"by":"a","via"'],
    ['who claims otherwise', 'claim.made', '"title":"a","attribution":{"by":"a","via"'],
    ['where it is so', 'deployment.underway', '"places":[{"ref":"x","precision":"exact"}]'],
  ])('has one spelling of %s, whatever the order of keys in its developments', (_what, type, spelled) => {
    const text = textOf(type, (attribution) => attribution);
    expect(text).toContain(spelled);
    expect(textOf(type, backwards)).toBe(text);
  });
});

function textOf(type: string, order: <T extends object>(value: T) => T): string {
  const told = (by: string, value: number) => ({
    ...report(by, type, '2025-02-01', troops({ value })),
    title: by,
    attribution: order<Attribution>({ by, via: 'agency', record: 'on-record' }),
    places: [order<Place>({ ref: 'x', precision: 'exact' })],
  });
  const entries = ledgerOf(told('a', 2), told('b', 3)) as Recorded<WorldContent>[];
  let account = openAccount('m', builtInKinds);
  for (const entry of entries) ({ account } = record(account, entry));
  return slotsOf(account).at(-1)!.drawn.json;
}

function backwards<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).reverse()) as T;
}
