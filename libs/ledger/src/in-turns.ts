import { setImmediate as nextTurn } from 'node:timers/promises';

/** Entries folded without a pause: some ten milliseconds where many came late. */
const foldedAtOnce = 50;

/**
 * The items of a list that may have tens of thousands, in order. Whatever else this process has to do has its turn after
 * every `atOnce` of them.
 */
export async function* inTurns<T>(list: readonly T[], atOnce = foldedAtOnce): AsyncGenerator<T, void, void> {
  for (const [index, item] of list.entries()) {
    if (index % atOnce === 0 && index > 0) await nextTurn();
    yield item;
  }
}
