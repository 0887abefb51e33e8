import { describe, expect, it } from '@jest/globals';
import { Undo } from './undo.js';

describe('Undo', () => {
  it('takes back what came after a mark, newest first', () => {
    const undo = new Undo();
    const undone: string[] = [];
    undo.push(() => undone.push('a'));
    const mark = undo.mark();
    undo.push(() => undone.push('b'));
    undo.push(() => undone.push('c'));
    undo.revert(mark);
    expect(undone).toEqual(['c', 'b']);
  });

  it('lets go of what is written while later plans are still under way, whose marks stay good', () => {
    const undo = new Undo();
    const undone: string[] = [];
    undo.push(() => undone.push('written'));
    const second = undo.mark();
    undo.push(() => undone.push('in flight'));
    const third = undo.mark();
    undo.push(() => undone.push('planned'));
    undo.settle(second);
    undo.revert(third);
    undo.revert(second);
    undo.revert(0);
    expect(undone).toEqual(['planned', 'in flight']);
  });

  it('marks what is to come after everything was settled', () => {
    const undo = new Undo();
    const undone: string[] = [];
    undo.push(() => undone.push('written'));
    undo.settle();
    const mark = undo.mark();
    undo.push(() => undone.push('planned'));
    undo.revert(mark);
    expect(undone).toEqual(['planned']);
  });
});
