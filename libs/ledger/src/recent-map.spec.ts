import { describe, expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';
import { RecentMap } from './recent-map.js';
import { Undo } from './undo.js';

describe('a map of what is recent', () => {
  const afterRounds = (map: RecentMap<string, number>, rounds: number) => {
    for (let i = 0; i < rounds; i++) map.nextRound();
  };

  it('drops what was not touched for longest once it weighs too much', () => {
    const map = new RecentMap<string, number>(10, (value) => value);
    map.set('old', 6);
    map.set('older but read', 4);
    map.nextRound();
    map.get('older but read');
    map.set('new', 5);
    afterRounds(map, 3);
    expect([map.has('old'), map.has('older but read'), map.has('new')]).toEqual([false, true, true]);
  });

  it('keeps what the latest rounds touched, whatever it weighs', () => {
    const map = new RecentMap<string, number>(1, (value) => value);
    map.set('a', 100);
    map.set('b', 100);
    afterRounds(map, 3);
    expect([map.has('a'), map.has('b')]).toEqual([true, true]);
    map.nextRound();
    expect([map.has('a'), map.has('b')]).toEqual([false, false]);
  });

  it('gives way to another that shares its allowance, once it rests', () => {
    const allowance = new Allowance(100);
    const idle = new RecentMap<string, number>(allowance, (value) => value);
    const busy = new RecentMap<string, number>(allowance, (value) => value);
    idle.nextRound();
    idle.set('touched last', 90);
    busy.nextRound();
    busy.set('a', 60);
    afterRounds(busy, 5);
    expect([idle.has('touched last'), busy.has('a')]).toEqual([true, false]);
    idle.rest();
    busy.set('b', 60);
    busy.nextRound();
    expect([idle.has('touched last'), busy.has('b')]).toEqual([false, true]);
  });

  it('shrinks what can be shrunk before it drops it', () => {
    const shrink = (value: number) => (value > 2 ? 2 : undefined);
    const map = new RecentMap<string, number>(10, (value) => value, shrink);
    map.set('a', 6);
    map.set('b', 6);
    afterRounds(map, 4);
    expect([map.get('a'), map.get('b')]).toEqual([2, 6]);
    map.set('c', 6);
    afterRounds(map, 4);
    expect([map.has('a'), map.get('b'), map.get('c')]).toEqual([false, 2, 6]);
  });

  it('drops what is idle, and nothing that the latest rounds touched', () => {
    const allowance = new Allowance(100);
    const map = new RecentMap<string, number>(allowance, (value) => value);
    map.nextRound();
    map.set('idle', 6);
    map.rest();
    expect(allowance.dropIdle(0, 1)).toBe(true);
    map.nextRound();
    map.set('in flight', 4);
    allowance.dropIdle(0, 1);
    expect([map.has('idle'), map.has('in flight')]).toEqual([false, true]);
    allowance.dropIdle(0, 1);
    expect(map.has('in flight')).toBe(true);
    map.rest();
    expect(allowance.dropIdle(0, 1)).toBe(false);
    expect(map.has('in flight')).toBe(false);
  });

  it('tells what is at rest, and does not touch it by that', () => {
    const map = new RecentMap<string, number>(10, (value) => value);
    map.set('a', 6);
    afterRounds(map, 3);
    expect(map.atRest('a')).toBeUndefined();
    map.nextRound();
    expect([map.atRest('a'), map.atRest('a'), map.atRest('b')]).toEqual([6, 6, undefined]);
    map.get('a');
    expect(map.atRest('a')).toBeUndefined();
    map.rest();
    expect(map.atRest('a')).toBe(6);
  });

  it('takes changes back, newest first', () => {
    const map = new RecentMap<string, number>(10);
    const undo = new Undo();
    map.set('a', 1);
    const mark = undo.mark();
    map.set('a', 2, undo);
    map.set('a', 3, undo);
    map.set('b', 1, undo);
    undo.revert(mark);
    expect([map.get('a'), map.get('b')]).toEqual([1, undefined]);
  });
});
