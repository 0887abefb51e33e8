import { describe, expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';
import { RecentMap } from './recent-map.js';

describe('an allowance', () => {
  const two = () => {
    const allowance = new Allowance(10);
    const map = () => new RecentMap<string, number>(allowance, (value) => value);
    return [map(), map()] as const;
  };
  const rounds = (map: RecentMap<string, number>, count: number) => {
    for (let i = 0; i < count; i++) map.nextRound();
  };

  it('is shared: who was not used for long gives way', () => {
    const [idle, busy] = two();
    rounds(idle, 1);
    idle.set('old', 6);
    rounds(idle, 4);
    busy.set('new', 6);
    rounds(busy, 1);
    expect([idle.has('old'), busy.has('new')]).toEqual([false, true]);
  });

  it('leaves with everybody what the latest rounds touched', () => {
    const [idle, busy] = two();
    rounds(idle, 1);
    idle.set('just set', 6);
    busy.set('new', 6);
    rounds(busy, 1);
    expect([idle.has('just set'), busy.has('new')]).toEqual([true, true]);
  });

  it('is given back by who drops all', () => {
    const [gone, busy] = two();
    rounds(gone, 1);
    gone.set('old', 6);
    gone.clear();
    busy.set('new', 6);
    rounds(busy, 5);
    expect(busy.has('new')).toBe(true);
  });
});
