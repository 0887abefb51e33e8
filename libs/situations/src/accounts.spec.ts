import { beforeEach, describe, expect, it } from '@jest/globals';
import { builtInKinds, type Recorded } from '#libs/chronology';
import { Allowance, Undo } from '#libs/ledger';
import { Accounts } from './accounts.js';
import { type Held, openHeld, shrinkHeld, take, weighHeld } from './held-account.js';

function accountOf(matter: string, developments: number): Held {
  let held = openHeld(matter, builtInKinds);
  for (let n = 1; n <= developments; n++) {
    const recorded = {
      position: n,
      recordedAt: n,
      version: n,
      content: { id: `${matter}-${n}`, type: 'deployment.ordered', matter, mode: 'actual', attribution: {} },
      bounds: { earliest: n, latest: n },
    };
    held = take(held, recorded as unknown as Recorded).held;
  }
  return held;
}

describe('the accounts of a timeline', () => {
  it('lets go of matters that were opened and left, not of those that were recorded to again', () => {
    const accounts = new Accounts(new Allowance(100_000));
    accounts.set('again', accountOf('again', 2));
    for (let n = 0; n < 1_500; n++) {
      if (n % 100 === 0) accounts.nextRound();
      accounts.set(`once-${n}`, accountOf(`once-${n}`, 1));
    }
    accounts.nextRound();
    expect(accounts.get('once-0')).toBeUndefined();
    expect(accounts.get('once-1499')).toBeDefined();
    expect(accounts.get('again')).toBeDefined();
  });

  it('holds a matter once, however much it has', () => {
    const accounts = new Accounts(new Allowance(100_000));
    const [one, two] = [accountOf('m', 1), accountOf('m', 2)];
    accounts.set('m', one);
    accounts.set('m', two);
    expect(accounts.get('m')).toBe(two);
    accounts.delete('m');
    expect(accounts.get('m')).toBeUndefined();
  });

  it('lets go of what nobody recorded to for long, but for its end, while all together hold too much', () => {
    const allowance = new Allowance(100_000);
    const accounts = new Accounts(allowance);
    const recordTo = (...matters: string[]) => {
      accounts.nextRound();
      for (const matter of matters) accounts.set(matter, accounts.get(matter) ?? accountOf(matter, 100));
      accounts.rest();
    };
    const weights = () => ['a', 'b', 'c'].map((matter) => weighHeld(accounts.get(matter)!));
    recordTo('a', 'b', 'c');
    expect(allowance.dropIdle(150, 20)).toBe(true);
    recordTo('c');
    expect(allowance.dropIdle(150, 20)).toBe(false);
    expect(weights()).toEqual([21, 21, 101]);
  });

  it('leaves what is idle as it is where all together do not hold too much', () => {
    const allowance = new Allowance(100_000);
    const accounts = new Accounts(allowance);
    accounts.nextRound();
    accounts.set('a', accountOf('a', 100));
    accounts.rest();
    expect([allowance.dropIdle(101, 20), allowance.dropIdle(101, 20)]).toEqual([false, false]);
    expect(weighHeld(accounts.get('a')!)).toBe(101);
  });

  describe('with an account that has grown long', () => {
    const short = 65;
    const [opened, long] = [accountOf('m', 100), accountOf('m', 200)];
    let accounts: Accounts;

    beforeEach(() => {
      accounts = new Accounts(new Allowance(100_000));
      accounts.nextRound();
      accounts.set('m', long);
    });

    it('have an end of it, once nothing in flight relies on the whole', () => {
      expect(accounts.endOf('m')).toBeUndefined();
      accounts.rest();
      expect(weighHeld(accounts.endOf('m')!)).toBe(short);
      expect(accounts.get('m')).toBe(long);
    });

    it('have none where it is not that long, or cannot be cut', () => {
      accounts.set('m', opened);
      accounts.set('parked', { parked: 'why' });
      accounts.rest();
      expect([accounts.endOf('m'), accounts.endOf('parked'), accounts.endOf('unknown')]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });

    it('have a longer one once that did not suffice, also across an opening anew', () => {
      accounts.set('m', accounts.get('m')!);
      accounts.reachDeeper('m');
      accounts.set('m', openHeld('m', builtInKinds));
      accounts.set('m', long);
      accounts.rest();
      expect(accounts.endOf('m')).toBeUndefined();
      accounts.set('m', accountOf('m', 600));
      accounts.rest();
      expect(weighHeld(accounts.endOf('m')!)).toBe(4 * 64 + 1);
    });

    it('take an end that had to give way for no sign that more is needed', () => {
      accounts.set('m', shrinkHeld(long, 20)!);
      accounts.reachDeeper('m');
      accounts.set('m', long);
      accounts.rest();
      expect(weighHeld(accounts.endOf('m')!)).toBe(short);
    });
  });

  it('takes changes back, across what it lets go of first and last', () => {
    const accounts = new Accounts(new Allowance(100_000));
    const [one, two] = [accountOf('m', 1), accountOf('m', 2)];
    accounts.set('m', one);
    const undo = new Undo();
    const mark = undo.mark();
    accounts.set('m', two, undo);
    undo.revert(mark);
    expect(accounts.get('m')).toBe(one);
  });
});
