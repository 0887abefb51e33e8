/** The fold held against the deliberately naive reference, on random histories. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  naiveFolded,
  naiveNotes,
  naiveSlotsAtEach,
  naiveState,
  naiveTotals,
  naiveUpcoming,
} from '../../../test/support/naive/index.js';
import { crowdedHistories } from '../../../test/support/crowded-history.js';
import { histories, turningPoints } from '../../../test/support/random-history.js';
import { certaintyOf, currentState, notesAt, slotsOf, upcomingAt } from './account-answers.js';
import { openAccount, record, type Account } from './account.js';
import { isDesk, isRegistry, isWorld, type Recorded } from './development.js';
import { builtInKinds } from './kinds.js';
import type { Slot } from './state.js';
import { foldedFrom, replay } from './replay.js';
import { totalsOf } from './totals.js';

/** More of them, for a longer look: `FOLD_RUNS=5000 npm test -- fold.property`. */
const runs = Number(process.env['FOLD_RUNS'] ?? 100);

describe('the fold', () => {
  it('believes the same slots since the same positions as the naive reference, at every position', () => {
    check(histories(), (ledger) => {
      for (const matter of mattersOf(ledger)) {
        const believed = naiveSlotsAtEach(ledger, builtInKinds, matter);
        for (const { account, position } of accountsOf(ledger, matter)) {
          expect(slotsIn(account)).toEqual(texts(believed[position]!));
        }
      }
    });
  });

  it('believes the same where late reports, retractions and quarrels crowd a few days', () => {
    check(
      crowdedHistories,
      (ledger) => {
        const believed = naiveSlotsAtEach(ledger, builtInKinds, 'm');
        for (const { account, position } of accountsOf(ledger, 'm')) {
          expect(slotsIn(account)).toEqual(texts(believed[position]!));
        }
      },
      10 * runs,
    );
  });

  it('answers as the naive reference does at, and just before, every turning point', () => {
    check(histories({ entries: 20, matters: 2 }), (ledger) => {
      for (const matter of mattersOf(ledger)) {
        for (const { account, position } of accountsOf(ledger, matter)) {
          for (const asOf of turningPoints(ledger)) {
            const naive = naiveAnswers(ledger, builtInKinds, matter, asOf, position);
            const entries = upTo(position, matter, ledger);
            expect(replay(entries, builtInKinds, asOf)).toEqual(currentState(account, asOf));
            expect(answersOf(account, entries, asOf)).toBe(naive);
          }
        }
      }
    });
  });

  it('totals as the naive reference does', () => {
    check(histories(), (ledger) => {
      const position = ledger.length - 1;
      const accounts = mattersOf(ledger).map((matter) => accountsOf(ledger, matter).at(-1)!.account);
      for (const asOf of turningPoints(ledger)) {
        const open = accounts.flatMap((account) => {
          const state = currentState(account, asOf);
          return state ? [{ matter: account.matter, state, certainty: certaintyOf(state, asOf) }] : [];
        });
        expect(totalsOf(open, builtInKinds)).toEqual(naiveTotals(ledger, builtInKinds, asOf, position));
      }
    });
  });
});

describe('recording', () => {
  it('tells exactly how what was believed became what is believed', () => {
    check(histories(), (ledger) => {
      for (const matter of mattersOf(ledger)) {
        const slots = new Map<number, unknown>();
        for (const { account, change } of accountsOf(ledger, matter)) {
          for (const slot of change.closed) {
            expect(slots.get(slot.validFrom)).toEqual(slot);
            slots.delete(slot.validFrom);
          }
          for (const slot of change.opened) {
            expect(slots.has(slot.validFrom)).toBe(false);
            slots.set(slot.validFrom, slot);
          }
          expect([...slots.values()].sort(byValidFrom)).toEqual(slotsOf(account));
        }
      }
    });
  });

  it('leaves the account that it was given as it was, and of use', () => {
    check(fc.tuple(histories({ matters: 1 }), fc.nat()), ([ledger, pick]) => {
      const [matter] = mattersOf(ledger);
      if (matter === undefined) return;
      const entries = ledger.filter((entry) => entry.content.matter === matter);
      const cut = pick % entries.length;
      const replay = (from: Account, tail: Recorded[]) => tail.reduce((a, e) => record(a, e).account, from);
      const early = replay(openAccount(matter, builtInKinds), entries.slice(0, cut));
      const before = slotsIn(early);
      const once = replay(early, entries.slice(cut));
      replay(early, entries.slice(cut, cut + 1));
      expect(slotsIn(early)).toEqual(before);
      expect(slotsIn(replay(early, entries.slice(cut)))).toEqual(slotsIn(once));
    });
  });

  it('comes to the same situation in whatever order the world developments arrive', () => {
    const worlds = histories({ matters: 1 }).map((ledger) =>
      ledger.filter(({ content }) => isWorld(content)),
    );
    const shuffled = worlds.chain((ledger) =>
      fc.tuple(
        fc.constant(ledger),
        fc.shuffledSubarray(ledger, { minLength: ledger.length, maxLength: ledger.length }),
      ),
    );
    check(shuffled, ([ledger, order]) => {
      const [matter] = mattersOf(ledger);
      if (matter === undefined) return;
      // Developments with equal begin and latest keep the order of their positions, so these go along.
      const account = (entries: Recorded[]) =>
        entries.reduce((a, e) => record(a, e).account, openAccount(matter, builtInKinds));
      const bare = (a: Account) =>
        slotsOf(a).map(({ validFrom, validTo, drawn }) => [validFrom, validTo, drawn.json]);
      expect(bare(account(order))).toEqual(bare(account(ledger)));
    });
  });
});

function check<T>(arbitrary: fc.Arbitrary<T>, law: (value: T) => void, numRuns = runs): void {
  fc.assert(fc.property(arbitrary, law), { numRuns });
}

function mattersOf(ledger: Recorded[]): string[] {
  const worldly = ledger.filter(({ content }) => !isRegistry(content) && !isDesk(content));
  return [...new Set(worldly.map(({ content }) => content.matter))];
}

/** The account of a matter at each position of the ledger from its first entry on. */
function accountsOf(ledger: Recorded[], matter: string) {
  let account = openAccount(matter, builtInKinds);
  return ledger
    .filter((entry) => entry.content.matter === matter)
    .map((entry) => {
      const recorded = record(account, entry);
      account = recorded.account;
      return { ...recorded, position: entry.position };
    });
}

function upTo(last: number, matter: string, ledger: Recorded[]): Recorded[] {
  return ledger.filter(({ position, content }) => position <= last && content.matter === matter);
}

function slotsIn(account: Account) {
  return slotsOf(account).map(({ validFrom, validTo, knownFrom, drawn }) => [
    validFrom,
    validTo,
    knownFrom,
    drawn.json,
  ]);
}

function texts(slots: Slot[]) {
  return slots.map((slot) => [slot.validFrom, slot.validTo, slot.knownFrom, JSON.stringify(slot.state)]);
}

function byValidFrom(a: unknown, b: unknown): number {
  const from = (slot: unknown) => (slot as { validFrom: number }).validFrom;
  return from(a) < from(b) ? -1 : 1;
}

/** Compared as text: that is quick, and holds the order of the fields too. */
function answersOf(account: Account, entries: Recorded[], asOf: number): string {
  const folded = foldedFrom(entries, asOf).map(({ id }) => id);
  const beside = [notesAt(account, asOf), upcomingAt(account, asOf)];
  return JSON.stringify([currentState(account, asOf), folded, ...beside]);
}

function naiveAnswers(...at: Parameters<typeof naiveState>): string {
  const beside = [naiveNotes(...at), naiveUpcoming(...at)];
  return JSON.stringify([naiveState(...at), naiveFolded(...at), ...beside]);
}
