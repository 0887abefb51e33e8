import { describe, expect, it } from '@jest/globals';
import { at, desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { findItem, openAccount, record } from './account.js';
import { checkDesk, completeWorld } from './desk.js';
import type { DeskContent, Replacement, WorldContent } from './development.js';
import { layOver } from './item.js';
import { builtInKinds } from './kinds.js';

function check(decision: DeskContent, ...before: (WorldContent | DeskContent)[]) {
  const start = openAccount('m', builtInKinds);
  const account = ledgerOf(...before).reduce((known, entry) => record(known, entry).account, start);
  return checkDesk(decision, findItem(account, decision.target)!, account);
}

function corrected(replacement: Replacement, target: WorldContent) {
  return check(desk('record.corrected', target.id, replacement), target);
}

const reported = report('a', 'reward.offered', '2025-08-26');
/** When `ledgerOf` has its first entry recorded. */
const recordedAt = at('2025-09-01T00:00:00Z');

describe('the bounds of a new development', () => {
  it('reach to when the report came out where it says "still in effect"', () => {
    const still = report('a', 'reward.offered', '/..');
    expect(completeWorld(still, recordedAt)).toEqual({ earliest: -Infinity, latest: recordedAt });
    const dated = { ...still, reportedAt: '2025-08-29', timezone: 'America/Caracas' };
    expect(completeWorld(dated, recordedAt).latest).toBe(at('2025-08-30T04:00:00Z'));
  });

  it('are refused where the report came out on a day that its zone skipped', () => {
    const skipped = { reportedAt: '2011-12-30', timezone: 'Pacific/Apia' };
    expect(() => completeWorld(report('a', 'reward.offered', '/..', skipped), recordedAt)).toThrow(
      '2011-12-30',
    );
  });
});

describe('a correction', () => {
  it('carries bounds where it changes what they are computed from, and only there', () => {
    expect(corrected({ title: 'Another' }, reported)).toEqual({ bounds: null });
    expect(corrected({ occurred: '2025-08-27' }, reported)).toEqual({
      bounds: { earliest: at('2025-08-27'), latest: at('2025-08-28') },
    });
    expect(corrected({ timezone: 'America/Caracas' }, reported)).toEqual({
      bounds: { earliest: at('2025-08-26T04:00Z'), latest: at('2025-08-27T04:00Z') },
    });
  });

  it('falls back on the first source, then on the recording, where it takes reportedAt away', () => {
    const still = report('a', 'reward.offered', '/..', { reportedAt: '2025-08-01T00:00:00Z' });
    const latest = (target: WorldContent) => corrected({ reportedAt: null }, target);
    expect(latest(still)).toEqual({ bounds: { earliest: -Infinity, latest: recordedAt } });
    const sourced = { ...still, sources: [{ publisher: 'Reuters', publishedAt: '2025-08-20' }] };
    expect(latest(sourced)).toEqual({ bounds: { earliest: -Infinity, latest: at('2025-08-21') } });
  });

  it('is refused where the corrected whole has no bounds, at the field that is to blame', () => {
    const local = report('a', 'reward.offered', '2025-03-30T02:30:00');
    expect(corrected({ timezone: 'Europe/Madrid' }, local)).toMatchObject({
      ...{ code: 'occurred-not-supported', pointer: '/replacement/timezone' },
    });
    expect(corrected({ occurred: '2025-02-30' }, reported)).toMatchObject({
      pointer: '/replacement/occurred',
    });
  });

  it('changes the type within its kind, to a phase that there is', () => {
    expect(corrected({ type: 'reward.changed' }, reported)).toEqual({ bounds: null });
    expect(corrected({ type: 'petition.filed' }, reported)).toMatchObject({ code: 'type-leaves-kind' });
    expect(corrected({ type: 'reward.gone' }, reported)).toMatchObject({
      ...{ code: 'unknown-phase', pointer: '/replacement/type' },
      detail: 'A reward has no phase gone; it has offered, changed, paid, withdrawn.',
    });
  });

  it('replaces fields whole, and removes those that it sets to null', () => {
    const target = { ...reported, actors: ['a', 'b'], phrase: 'on Tuesday' };
    const { actors, phrase, title } = layOver(target, { actors: ['c'], phrase: null });
    expect([actors, phrase, title]).toEqual([['c'], undefined, 'Title of a']);
  });
});

describe('a reinstatement', () => {
  const retracted = desk('record.retracted', 'a');
  const back = desk('record.reinstated', 'a');
  const other = { ...report('b', 'petition.filed', '2025-08-27'), matter: 'reward-1' };

  it('is refused where another kind has taken the matter since', () => {
    expect(check(back, reported, retracted)).toEqual({ bounds: null });
    expect(check(back, reported, retracted, other)).toMatchObject({
      code: 'matter-has-kind',
      pointer: '/target',
    });
  });

  it('is possible again once that is retracted too', () => {
    expect(check(back, reported, retracted, other, desk('record.retracted', 'b'))).toEqual({ bounds: null });
  });
});
