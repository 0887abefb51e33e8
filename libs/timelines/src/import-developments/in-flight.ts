import type { ImportStep } from './import-step.js';

/** Takes a group in; resolves when the next may be handed over, with the promise of what becomes of this one. */
type Hand<G> = (group: G) => Promise<{ step: Promise<ImportStep> }>;

/**
 * Hands groups over as they come, up to `most` that are not answered yet, and gives the answers in the order of the
 * groups, each as soon as it is there: a sender who pauses has the receipts of all it has sent. The first that ended
 * is the last; whoever stops asking stops the reading, and what was handed over is waited for.
 */
export async function* inFlight<G>(
  groups: AsyncIterable<G>,
  hand: Hand<G>,
  most: number,
): AsyncGenerator<ImportStep, void, void> {
  const reading = groups[Symbol.asyncIterator]();
  const steps: Promise<ImportStep>[] = [];
  let next: Promise<IteratorResult<G>> | undefined = reading.next();
  try {
    while (next || steps.length > 0) {
      if (next && steps.length < most && (steps.length === 0 || (await isFirst(next, steps[0]!)))) {
        const { done, value }: IteratorResult<G> = await next;
        next = undefined;
        if (done) continue;
        steps.push((await hand(value)).step);
        next = reading.next();
        // Awaited later, or not at all when this ends before.
        next.catch(() => undefined);
        continue;
      }
      const step = await steps.shift()!;
      if (step.receipts.length > 0 || step.ended) yield step;
      if (step.ended) return;
    }
  } finally {
    // Not waited for: it would wait for lines that may never come.
    reading.return?.().catch(() => undefined);
    await Promise.allSettled(steps);
  }
}

/** Whether there is a group before there is an answer. Where reading failed, the answers come first. */
function isFirst(next: Promise<unknown>, step: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    next.then(
      () => true,
      () => false,
    ),
    step.then(() => false),
  ]);
}
