import { createHash } from 'node:crypto';
import { firstGeneration, type ReadModels } from './read-models.js';

/** Positions of one ledger that its band holds; 2^20 bands of 2^32 are exact in a double. */
const bandWidth = 2 ** 32;
const bands = 2 ** 20;

export interface Band {
  /** 0 to 2^20 − 1. */
  index: number;
  /** Where the timeline's positions begin on the second axis of slot_past.area. */
  start: number;
}

/**
 * A timeline's share of the indexes that cannot have it as their first column. Bands keep timelines apart in them;
 * two that share one (a matter of chance) cost each other a little time, since every query names its timeline too.
 */
export function bandOf(timeline: string): Band {
  const index = createHash('sha256').update(timeline).digest().readUInt32BE() % bands;
  return { index, start: index * bandWidth };
}

/** Each generation's rectangles have a band of their own, so that those of one never stand in the way of another's. */
export function rectanglesBand({ timeline, generation }: ReadModels): Band {
  return bandOf(generation === firstGeneration ? timeline : `${timeline}/${generation}`);
}
