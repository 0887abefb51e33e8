import { getHeapStatistics } from 'node:v8';

/** Heap that one development takes in an account, with its share of slots and of the fold: bytes, measured. */
const bytesEach = 1_900;

/**
 * Developments that the accounts of all timelines may hold in memory: a quarter of the heap's. A matter whose account
 * was dropped is read and folded anew when it is next recorded to. With half of the heap full of accounts, garbage
 * collections kept whoever asked waiting for seconds.
 */
export const developmentsInHeap = Math.floor(getHeapStatistics().heap_size_limit / 4 / bytesEach);
