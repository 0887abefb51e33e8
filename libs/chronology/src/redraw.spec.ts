import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redraw, type Stretch } from './redraw.js';
import { type AccountSlot, noSlots, slotList, type Slots } from './slots.js';
import type { SlotState } from './state.js';

/** A state by the letter that is its title: of no two is the text the same. */
const stateOf = (letter: string) => ({ title: letter, lastDevelopment: null }) as SlotState;
const letter = ({ drawn }: AccountSlot) => (JSON.parse(drawn.json) as SlotState).title;
const letters = (slots: Slots) =>
  slotList(slots).map((slot) => `${letter(slot)}@${slot.knownFrom}[${slot.validFrom},${slot.validTo})`);

/** `a1 b5`: a from 1 on, b from 5 on. */
function stretches(text: string): Stretch[] {
  return text.split(' ').map((word) => ({ state: stateOf(word[0]!), validFrom: Number(word.slice(1)) }));
}

const all = { from: -Infinity, until: Infinity };
const life = redraw(noSlots, all, stretches('a1 b5 c9'), 1).slots;

describe('redrawing', () => {
  it('trims the last slot and adds one for what comes in order', () => {
    const { slots, closed, opened } = redraw(life, { from: 12, until: Infinity }, stretches('d12'), 2);
    expect(letters(slots)).toEqual(['a@1[1,5)', 'b@1[5,9)', 'c@2[9,12)', 'd@2[12,Infinity)']);
    expect(closed.map(letter)).toEqual(['c']);
    expect(opened.map(letter)).toEqual(['c', 'd']);
  });

  it('keeps what it finds as it was, and says nothing of it', () => {
    const { slots, closed, opened } = redraw(life, { from: 5, until: Infinity }, stretches('b5 b7 c9'), 2);
    expect(slots).toBe(life);
    expect([closed, opened]).toEqual([[], []]);
  });

  it('puts back what held where the span ends, though nothing began there', () => {
    const { slots } = redraw(life, { from: 2, until: 3 }, stretches('x2'), 2);
    expect(letters(slots)).toEqual([
      ...['a@2[1,2)', 'x@2[2,3)', 'a@2[3,5)'],
      ...['b@1[5,9)', 'c@1[9,Infinity)'],
    ]);
  });

  it('joins what has become equal', () => {
    const { slots } = redraw(life, { from: 5, until: 9 }, stretches('a5'), 2);
    expect(letters(slots)).toEqual(['a@2[1,9)', 'c@1[9,Infinity)']);
  });

  it('takes slots away where nothing is drawn any more', () => {
    expect(letters(redraw(life, { from: 9, until: Infinity }, [], 2).slots)).toEqual([
      ...['a@1[1,5)', 'b@2[5,Infinity)'],
    ]);
    expect(redraw(life, all, [], 2).slots).toBe(noSlots);
  });

  it('lets each keep its name where one text stands twice under two', () => {
    const twice = redraw(life, { from: 9, until: Infinity }, stretches('a9'), 2).slots;
    const { slots } = redraw(twice, { from: 3, until: Infinity }, stretches('d3 a9'), 3);
    expect(slotList(slots).map((slot) => `${letter(slot)}@${slot.drawn.position}`)).toEqual([
      'a@1',
      'd@3',
      'a@2',
    ]);
  });

  it('comes to the same as drawing all anew, whatever the span', () => {
    const states = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 10, maxLength: 10 });
    const span = fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    const draw = (texts: string[], from: number, until: number) =>
      texts.map((letter, validFrom) => ({ state: stateOf(letter), validFrom })).slice(from, until);
    fc.assert(
      fc.property(states, states, span, fc.boolean(), (before, other, [from, to], isOpen) => {
        const until = isOpen ? Infinity : to;
        const after = before.map((text, at) => (at >= from && at < until ? other[at]! : text));
        const was = redraw(noSlots, all, draw(before, 0, 10), 1).slots;
        const { slots } = redraw(was, { from, until }, draw(after, from, until), 2);
        const anew = redraw(was, all, draw(after, 0, 10), 2).slots;
        expect(letters(slots)).toEqual(letters(anew));
      }),
    );
  });
});
