import { describe, expect, it } from '@jest/globals';
import { at, desk, ledgerOf, report, troops } from '../../../test/support/naive/handmade.js';
import { bindingKind, openAccount, record, type Account, type AccountChange } from './account.js';
import { currentState, itemsOf, notesAt, slotsOf, upcomingAt, weigh } from './account-answers.js';
import type { DeskContent, Recorded, WorldContent } from './development.js';
import { builtInKinds } from './kinds.js';
import { listOf } from './row.js';

/** The account after the entries, and what the last of them changed. */
function told(...contents: (WorldContent | DeskContent)[]): { account: Account; change: AccountChange } {
  return tell(ledgerOf(...contents));
}

function tell(entries: Recorded[]) {
  let account = openAccount('m', builtInKinds);
  let change: AccountChange = { closed: [], opened: [], closedNotes: [], openedNotes: [] };
  for (const entry of entries) ({ account, change } = record(account, entry));
  return { account, change };
}

/** Where the slots begin and which development they tell of. */
function lived(account: Account): string[] {
  return slotsOf(account).map(({ validFrom, drawn }) => {
    const { lastDevelopment } = JSON.parse(drawn.json) as { lastDevelopment: string };
    return `${lastDevelopment} ${validFrom === -Infinity ? 'ever' : new Date(validFrom).toISOString().slice(0, 10)}`;
  });
}

const first = report('first', 'deployment.announced', '2025-02-01');
const third = report('third', 'deployment.underway', '2025-02-03');
const tenth = report('tenth', 'deployment.underway', '2025-02-10');
const days = Array.from({ length: 28 }, (_, day) =>
  report(`day-${day + 1}`, 'deployment.underway', `2025-02-${String(day + 1).padStart(2, '0')}`),
);

describe('recording', () => {
  it('trims the last slot and opens one for a development that comes in order', () => {
    const { change } = told(...days);
    expect(change.closed.map(({ validTo, knownFrom }) => [validTo, knownFrom])).toEqual([[Infinity, 26]]);
    expect(change.opened.map(({ validFrom, validTo, knownFrom }) => [validFrom, validTo, knownFrom])).toEqual(
      [
        [at('2025-02-27'), at('2025-02-28'), 27],
        [at('2025-02-28'), Infinity, 27],
      ],
    );
  });

  it('fills the days up to the next thing known with a late report, and rewrites no other', () => {
    const { account, change } = told(first, tenth, third);
    expect(lived(account)).toEqual(['first 2025-02-01', 'third 2025-02-03', 'tenth 2025-02-10']);
    expect([change.closed.length, change.opened.length]).toEqual([1, 2]);
    expect(currentState(account, at('2025-02-10'))!.lastDevelopment).toBe('tenth');
  });

  it('rewrites two slots of a long life for one late report, and makes few of its runs anew', () => {
    const before = tell(ledgerOf(...days.filter((day) => day.id !== 'day-9'))).account;
    const entry = { ...ledgerOf(days[8]!)[0]!, position: 28, version: 28 };
    const { account, change } = record(before, entry);
    expect([change.closed.length, change.opened.length]).toEqual([1, 2]);
    const old = new Set(listOf(before.life.sequence));
    expect(listOf(account.life.sequence).filter((run) => !old.has(run)).length).toBeLessThan(4);
  });

  it('lets the later of two that begin at once speak', () => {
    const again = report('again', 'deployment.underway', '2025-02-03');
    const { account, change } = told(first, third, again);
    expect(lived(account)).toEqual(['first 2025-02-01', 'again 2025-02-03']);
    expect([change.closed.length, change.opened.length]).toEqual([1, 1]);
  });

  it('begins with "ever" where there is a background, and ends that at its last possible moment', () => {
    const undated = report('undated', 'deployment.announced', '[..2025-02-02]');
    expect(lived(told(undated, first).account)).toEqual([
      ...['undated ever', 'first 2025-02-01', 'undated 2025-02-03'],
    ]);
  });
});

describe('the desk', () => {
  it('changes nothing by a decision that changes nothing', () => {
    const { account, change } = told(first, tenth, desk('record.released', 'first'));
    expect(change).toEqual({ closed: [], opened: [], closedNotes: [], openedNotes: [] });
    expect(account).toMatchObject({ version: 3, lastPosition: 2 });
  });

  it('shows its last word on a development in the slots of that one alone', () => {
    const { account, change } = told(first, third, tenth, desk('record.confirmed', 'third'));
    expect(change.opened.map(({ validFrom }) => validFrom)).toEqual([at('2025-02-03')]);
    expect(currentState(account, at('2025-02-04'))!.verification).toBe('confirmed');
  });

  it('takes a development out for as long as any of hold, retraction and embargo is on', () => {
    const both = [first, third, desk('record.held', 'third'), desk('record.retracted', 'third')];
    expect(lived(told(...both).account)).toEqual(['first 2025-02-01']);
    const released = [...both, desk('record.released', 'third')];
    expect(lived(told(...released).account)).toEqual(['first 2025-02-01']);
    const back = [...released, desk('record.reinstated', 'third')];
    expect(lived(told(...back).account)).toEqual(['first 2025-02-01', 'third 2025-02-03']);
  });

  it('does not count what is under embargo until that is lifted', () => {
    const secret = { ...third, embargoedUntil: '2025-10-01T00:00:00Z' };
    const past = { ...third, embargoedUntil: '2025-08-01T00:00:00Z' };
    expect(lived(told(first, secret).account)).toEqual(['first 2025-02-01']);
    expect(lived(told(first, past).account)).toHaveLength(2);
    expect(lived(told(first, secret, desk('record.embargo-lifted', 'third')).account)).toHaveLength(2);
  });

  it('moves a development whose time it corrects, also one that does not count yet', () => {
    const moved = desk('record.corrected', 'third', { occurred: '2025-02-12' });
    expect(lived(told(first, third, tenth, moved).account)).toEqual([
      ...['first 2025-02-01', 'tenth 2025-02-10', 'third 2025-02-12'],
    ]);
    const held = [first, third, desk('record.held', 'third'), moved, desk('record.released', 'third')];
    expect(lived(told(...held).account)).toEqual(['first 2025-02-01', 'third 2025-02-12']);
  });

  it('passes over a target that is not there', () => {
    const { change, account } = told(first, desk('record.held', 'nobody'));
    expect([change.closed, account.lastPosition]).toEqual([[], 1]);
  });
});

describe('an account', () => {
  it('is bound to the kind of what stands unretracted, and free without', () => {
    expect(bindingKind(openAccount('m', builtInKinds))).toBeNull();
    expect(bindingKind(told(first, desk('record.held', 'first')).account)).toBe('deployment');
    const freed = [first, desk('record.retracted', 'first')];
    expect(bindingKind(told(...freed).account)).toBeNull();
    expect(bindingKind(told(...freed, { ...report('r', 'reward.offered', '2025') }).account)).toBe('reward');
    expect(bindingKind(told(...freed, desk('record.reinstated', 'first')).account)).toBe('deployment');
  });

  it('weighs what it holds, counting or not', () => {
    const { account } = told(first, third, desk('record.held', 'third'));
    expect(itemsOf(account).map(({ id, held }) => [id, held])).toEqual([
      ...[
        ['first', false],
        ['third', true],
      ],
    ]);
    expect(weigh(account)).toBe(3);
  });

  it('adds deltas upon a background level until that is background no more', () => {
    const base = report('base', 'deployment.announced', '[..2025-02-05]', troops({ value: 100 }));
    const more = report('more', 'deployment.reinforced', '2025-02-02', troops({ delta: 5 }));
    const { account } = told(more, base);
    expect(currentState(account, at('2025-02-03'))!.quantities[0]!.value).toBe(105);
    expect(currentState(account, at('2025-02-06'))!.quantities[0]!.value).toBe(100);
  });
});

describe('notes', () => {
  const plan = (id: string, day: string) => report(id, 'deployment.announced', day, { mode: 'planned' });

  it('stand beside the state once begun, and are upcoming before', () => {
    const { account, change } = told(first, plan('parade', '2025-02-08'));
    expect(change.opened).toEqual([]);
    expect(change.openedNotes.map(({ begin, until }) => [begin, until])).toEqual([
      [at('2025-02-08'), Infinity],
    ]);
    expect(upcomingAt(account, at('2025-02-07')).map(({ id }) => id)).toEqual(['parade']);
    expect(notesAt(account, at('2025-02-07'))).toEqual([]);
    expect(notesAt(account, at('2025-02-08')).map(({ id }) => id)).toEqual(['parade']);
  });

  it('are two rows where undated: background, then dated', () => {
    const { change } = told(plan('sometime', '[..2025-02-08]'));
    expect(change.openedNotes.map(({ begin, until }) => [begin, until])).toEqual([
      [-Infinity, at('2025-02-09')],
      [at('2025-02-09'), Infinity],
    ]);
  });

  it('are closed and opened anew by a correction of what they show, and by no other decision', () => {
    const planned = plan('parade', '2025-02-08');
    const renamed = told(planned, desk('record.corrected', 'parade', { title: 'A march' })).change;
    expect(renamed.closedNotes).toEqual([{ position: 0, begin: at('2025-02-08') }]);
    expect(renamed.openedNotes[0]!.note.title).toBe('A march');
    const confirmed = told(planned, desk('record.confirmed', 'parade')).change;
    expect([confirmed.closedNotes, confirmed.openedNotes]).toEqual([[], []]);
  });

  it('turn into the state when a correction says that it was so', () => {
    const { change } = told(
      plan('parade', '2025-02-08'),
      desk('record.corrected', 'parade', { mode: 'actual' }),
    );
    expect([change.closedNotes.length, change.openedNotes.length]).toEqual([1, 0]);
    expect(change.opened).toHaveLength(1);
  });
});
