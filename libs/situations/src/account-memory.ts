import { getHeapStatistics } from 'node:v8';

/** Heap that one development takes in an account, with its share of slots and of the fold: bytes, measured. */
const bytesEach = 1_900;
/** Heap that a service needs for all else: 75 MB are its code and what it always holds. In MB. */
const forAllElse = 100;
/** Held whatever the heap is. */
const fewest = 5_000;
/** What V8 takes where no flag says otherwise, in MB. */
const defaultSemiSpace = 16;

/**
 * Developments that the accounts of all timelines may hold in memory: half of the heap that the rest of the service leaves.
 * A matter whose account was dropped is read and folded anew when it is next recorded to, which takes tens of milliseconds
 * for one of some hundred developments.
 */
export const developmentsInHeap = developmentsIn(
  getHeapStatistics().heap_size_limit,
  [process.env['NODE_OPTIONS'], ...process.execArgv].join(' '),
);

/**
 * V8 marks the heap anew without a pause where less than a semi-space is left below half of what is free of it. Two of them
 * are kept free, and three more are counted in the limit though nothing stays there.
 *
 * @param heapLimit in bytes
 * @param flags that the process was started with
 */
export function developmentsIn(heapLimit: number, flags: string): number {
  const semiSpace = /.*--max[-_]semi[-_]space[-_]size[= ](\d+)/.exec(flags)?.[1] ?? defaultSemiSpace;
  const free = heapLimit - (5 * Number(semiSpace) + forAllElse) * 2 ** 20;
  return Math.max(fewest, Math.floor(free / 2 / bytesEach));
}
