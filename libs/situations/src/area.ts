import { createHash } from 'node:crypto';

/** Positions of one ledger that its band holds; 2^20 bands of 2^32 are exact in a double. */
const bandWidth = 2 ** 32;
const bands = 2 ** 20;

/**
 * Where a timeline's positions begin on the second axis of slot_past.area. Bands keep the rectangles of different
 * timelines apart in one index; two timelines that share one (a matter of chance) cost each other a little time,
 * since every query names its timeline as well.
 */
export function bandOf(timeline: string): number {
  return (createHash('sha256').update(timeline).digest().readUInt32BE() % bands) * bandWidth;
}
