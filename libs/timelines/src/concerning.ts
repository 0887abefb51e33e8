import type { Pool } from 'pg';
import { readPositions } from '#libs/ledger';
import {
  type DevelopmentFilter,
  findDevelopments,
  indexLog,
  notesAt,
  slotsAt,
  type SlotRow,
} from '#libs/situations';
import { InvalidCursor } from './errors.js';
import { type FlatDevelopment, flatDevelopment } from './flat-development.js';
import { type MatterState, matterState } from './matter-state.js';
import { type Page, pageOf } from './page.js';
import type { Point } from './point.js';
import { redactionsOf } from './redactions-of.js';
import type { Sight } from './sight.js';

/** A matter, and in which roles what is asked about is named in it. */
export type ConcernedMatter = { roles: string[] } & MatterState;

/**
 * All slots at a point, and the matters among them, closed ones too, in which something is named; by matter. `rolesOf`
 * is empty where it is not.
 */
export async function mattersConcerning(
  readers: Pool,
  { models, asOf, knownAt, kinds }: Point,
  rolesOf: (slot: SlotRow) => string[],
): Promise<{ slots: SlotRow[]; matters: ConcernedMatter[] }> {
  const slots = await slotsAt(readers, models, asOf, knownAt);
  const concerned = slots.filter((slot) => rolesOf(slot).length > 0);
  const names = concerned.map(({ matter }) => matter);
  const beside = await notesAt(readers, models, names, asOf, knownAt);
  const matters = concerned.map((slot): ConcernedMatter => {
    return { roles: rolesOf(slot), ...matterState(slot, asOf, kinds, beside.get(slot.matter)) };
  });
  return { slots, matters };
}

export interface PageParameters {
  /** The position behind which the page begins. */
  after?: string | undefined;
  limit: number;
  sight: Sight;
}

/** The developments known at a point that name something, by position; as recorded. @throws InvalidCursor */
export async function developmentsNaming(
  readers: Pool,
  { timeline: { slug }, knownAt }: Point,
  facets: DevelopmentFilter['facets'],
  { after = '-1', limit, sight }: PageParameters,
): Promise<Page<FlatDevelopment>> {
  if (!/^(-1|\d{1,15})$/.test(after)) throw new InvalidCursor(after);
  await indexLog(readers, slug, knownAt + 1);
  const found = await findDevelopments(readers, slug, {
    facets,
    withheld: sight.withheld,
    after: Number(after),
    before: knownAt + 1,
    order: 'asc',
    limit: limit + 1,
  });
  const { items, next } = pageOf(found, limit, String);
  const entries = await readPositions(readers, slug, items);
  const redactions = await redactionsOf(readers, slug, entries);
  return { items: entries.map((entry) => flatDevelopment(entry, sight, redactions)), next };
}
