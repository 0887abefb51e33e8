import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { naiveNotes, naiveState, naiveUpcoming } from '../../../test/support/naive/index.js';
import { histories, turningPoints } from '../../../test/support/random-history.js';
import { openAccount, record } from './account.js';
import { compareAccounts } from './compare-accounts.js';
import type { DeskContent, Recorded, WorldContent } from './development.js';
import { formatInstant } from './instant.js';
import { builtInKinds } from './kinds.js';

function accountAfter(entries: Recorded[], matter: string) {
  return entries.reduce(
    (account, entry) => record(account, entry).account,
    openAccount(matter, builtInKinds),
  );
}

/** What the last of these entries made another. */
function apart(entries: Recorded[], matter: string) {
  return compareAccounts(accountAfter(entries.slice(0, -1), matter), accountAfter(entries, matter));
}

const dated = (instant: number) => (Number.isFinite(instant) ? formatInstant(instant).slice(0, 10) : null);
/** First and last day of each stretch, and whether the state is the same on both sides. */
const told = (...contents: (WorldContent | DeskContent)[]) =>
  apart(ledgerOf(...contents), 'deployment-1').map(({ validFrom, validTo, before, after }) => [
    ...[dated(validFrom), dated(validTo)],
    before?.drawn.json === after?.drawn.json,
  ]);

const begun = report('p0', 'deployment.announced', '2025-08-01');
const plan = (id: string, occurred: string) =>
  report(id, 'deployment.underway', occurred, { mode: 'planned' });

describe('two accounts of a matter', () => {
  it('differ while a plan that is told otherwise lies ahead, and while it is among the last', () => {
    const corrected = desk('record.corrected', 'p1', { title: '50 troops planned' });
    expect(told(begun, plan('p1', '2025-08-20'), corrected)).toEqual([
      ['2025-08-01', '2025-08-20', true],
      ['2025-08-20', null, true],
    ]);
    const later = ['21', '22', '23', '24', '25'].map((day) => plan(`p${day}`, `2025-08-${day}`));
    expect(told(begun, plan('p1', '2025-08-20'), ...later, corrected)).toEqual([
      ['2025-08-01', '2025-08-20', true],
      ['2025-08-20', '2025-08-25', true],
    ]);
  });

  it('differ in no more stretches where notes stand beside both alike', () => {
    const notes = ['05', '06', '07'].map((day) => plan(`p${day}`, `2025-08-${day}`));
    const retitled = desk('record.corrected', 'p0', { title: 'Another' });
    expect(told(begun, ...notes, retitled)).toEqual([['2025-08-01', null, false]]);
  });

  it('differ at exactly those instants at which the naive reference answers differently', () => {
    const law = (ledger: Recorded[]) => {
      for (const { position, content } of ledger) {
        const { matter } = content;
        const entries = ledger.filter((each) => each.position <= position && each.content.matter === matter);
        const stretches = apart(entries, matter);
        for (const asOf of turningPoints(ledger)) {
          const [before, after] = [position - 1, position].map((knownAt) => {
            const at = [ledger, builtInKinds, matter, asOf, knownAt] as const;
            const state = naiveState(...at);
            return JSON.stringify(state && [state, naiveNotes(...at), naiveUpcoming(...at)]);
          });
          const isIn = stretches.some(({ validFrom, validTo }) => validFrom <= asOf && asOf < validTo);
          expect([asOf, isIn]).toEqual([asOf, before !== after]);
        }
      }
    };
    fc.assert(fc.property(histories({ entries: 20, matters: 2 }), law), { numRuns: 50 });
  });
});
