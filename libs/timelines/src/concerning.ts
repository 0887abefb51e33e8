import type { Pool } from 'pg';
import { notesAt, slotsAt, type SlotRow } from '#libs/situations';
import { type MatterState, matterState } from './matter-state.js';
import type { Point } from './point.js';

/** A matter, and in which roles what is asked about is named in it. */
export type ConcernedMatter = { roles: string[] } & MatterState;

/**
 * All slots at a point, and the matters among them, closed ones too, in which something is named; by matter. `rolesOf`
 * is empty where it is not.
 */
export async function mattersConcerning(
  readers: Pool,
  point: Point,
  rolesOf: (slot: SlotRow) => string[],
): Promise<{ slots: SlotRow[]; matters: ConcernedMatter[] }> {
  const slots = await slotsAt(readers, point);
  const concerned = slots.filter((slot) => rolesOf(slot).length > 0);
  const names = concerned.map(({ matter }) => matter);
  const beside = await notesAt(readers, point, names);
  const matters = concerned.map((slot): ConcernedMatter => {
    return { roles: rolesOf(slot), ...matterState(slot, point.asOf, point.kinds, beside.get(slot.matter)) };
  });
  return { slots, matters };
}
