import { getHeapStatistics } from 'node:v8';

/** Heap that one development takes in an account, with its share of slots and of the fold: bytes, measured. */
const bytesEach = 1_900;

/**
 * Developments that the accounts of all timelines may hold in memory: half of the heap's. A matter whose account was
 * dropped is read and folded anew when it is next recorded to, which takes tens of milliseconds for one of some hundred developments.
 */
export const developmentsInHeap = Math.floor(getHeapStatistics().heap_size_limit / 2 / bytesEach);
