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

/**
 * SQL: whether a rectangle has something in common with `box`. It is said three times, which changes nothing but what the
 * planner expects: of each condition on boxes one row in two hundred (areasel), whatever there is. Of one alone it
 * expects thousands in a long ledger; and where the table has no statistics yet, as right behind an import, it thinks the
 * timeline's own few, and reads all of them in the index by matter besides, to spare itself the others: of 1,000,000
 * rectangles in 56 ms, where their own index has the point's 200 in 0.2.
 */
export function meets(box: string): string {
  return Array<string>(3).fill(`area && ${box}`).join(' and ');
}
