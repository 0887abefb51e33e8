import { describe, expect, it } from '@jest/globals';
import type { Receipt } from '../recording/receipt.js';
import type { ImportStep } from './import-step.js';
import { inFlight } from './in-flight.js';

const stepOf = (id: number): ImportStep => ({ receipts: [{ id: String(id) } as Receipt] });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Groups 0, 1, 2 …, each answered when it is told to. */
function ledger() {
  const answers: ((step: ImportStep) => void)[] = [];
  const hand = () => Promise.resolve({ step: new Promise<ImportStep>((resolve) => answers.push(resolve)) });
  return { answers, hand };
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}

describe('groups in flight', () => {
  it('are so many and no more, until an answer is taken', async () => {
    const { answers, hand } = ledger();
    const steps = inFlight(numbers(10), hand, 4);
    const first = steps.next();
    await turn();
    expect(answers).toHaveLength(4);
    answers[1]!(stepOf(1));
    answers[0]!(stepOf(0));
    expect((await first).value).toEqual(stepOf(0));
    await turn();
    // Nobody has asked for more, so nothing more is read.
    expect(answers).toHaveLength(4);
    expect((await steps.next()).value).toEqual(stepOf(1));
    void steps.next();
    await turn();
    expect(answers).toHaveLength(6);
  });

  it('are answered while no further group comes', async () => {
    const { answers, hand } = ledger();
    async function* slow() {
      yield 0;
      await new Promise(() => undefined);
    }
    const steps = inFlight(slow(), hand, 4);
    const first = steps.next();
    await turn();
    answers[0]!(stepOf(0));
    expect((await first).value).toEqual(stepOf(0));
  });

  it('end with the first that ended, whatever was read behind it', async () => {
    const { answers, hand } = ledger();
    const steps = inFlight(numbers(10), hand, 4);
    const first = steps.next();
    await turn();
    const ended = { ...stepOf(0), ended: { line: 2, error: new Error('no') } };
    answers[0]!(ended);
    for (const answer of answers.slice(1)) answer({ receipts: [] });
    expect((await first).value).toEqual(ended);
    expect((await steps.next()).done).toBe(true);
  });

  it('are answered before it is told that reading failed', async () => {
    const { answers, hand } = ledger();
    async function* broken() {
      yield 0;
      yield 1;
      throw new Error('gone');
    }
    const steps = inFlight(broken(), hand, 4);
    const first = steps.next();
    await turn();
    answers.forEach((answer, id) => answer(stepOf(id)));
    expect((await first).value).toEqual(stepOf(0));
    expect((await steps.next()).value).toEqual(stepOf(1));
    await expect(steps.next()).rejects.toThrow('gone');
  });

  it('are waited for when nobody asks any more', async () => {
    const { answers, hand } = ledger();
    const steps = inFlight(numbers(10), hand, 2);
    const first = steps.next();
    await turn();
    answers[0]!(stepOf(0));
    await first;
    let over = false;
    const end = steps.return().then(() => (over = true));
    await turn();
    expect(over).toBe(false);
    answers[1]!(stepOf(1));
    await end;
  });
});
