import type { Pool } from 'pg';
import { slotsOfMattersAt, type SlotRow } from '#libs/situations';
import type { Point } from './point.js';

/** A point, and the slots that some matters have there; those that are not in the situation are absent. */
export interface Stage {
  point: Point;
  slots: Map<string, SlotRow>;
}

/** The matters' slots at each of the points. Points are compared by identity: what is one is read once. */
export async function stagesAt(readers: Pool, points: Point[], matters: string[]): Promise<Stage[]> {
  const stages = await Promise.all(
    [...new Set(points)].map(async (point): Promise<Stage> => {
      const slots = await slotsOfMattersAt(readers, point, matters);
      return { point, slots: new Map(slots.map((slot) => [slot.matter, slot])) };
    }),
  );
  return points.map((point) => stages.find((stage) => stage.point === point)!);
}
