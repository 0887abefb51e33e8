import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items worked on without a pause: some milliseconds, where each of them has to be parsed. */
const atOnce = 250;

/** Works on a list that may have tens of thousands of items, and lets others have their turn now and then. */
export async function inTurns<T>(list: readonly T[], work: (item: T) => void): Promise<void> {
  for (let from = 0; from < list.length; from += atOnce) {
    if (from > 0) await nextTurn();
    list.slice(from, from + atOnce).forEach(work);
  }
}

/** The same, for what becomes of each. */
export async function mapInTurns<T, R>(list: readonly T[], map: (item: T) => R): Promise<R[]> {
  const mapped: R[] = [];
  await inTurns(list, (item) => mapped.push(map(item)));
  return mapped;
}
