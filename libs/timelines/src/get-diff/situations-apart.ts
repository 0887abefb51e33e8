import type { Pool } from 'pg';
import { certaintyOf, type MatterAt } from '#libs/chronology';
import { streamsBetween } from '#libs/ledger';
import {
  differingMatters,
  indexLog,
  mattersTurning,
  type NotesOfMatter,
  notesAt,
  type SituationKeys,
  situationKeys,
  type SlotRow,
} from '#libs/situations';
import { nothingBeside } from '../matter-state.js';
import type { Point } from '../point.js';
import type { Stage } from '../stages.js';

/** Where that many entries or fewer lie between two points, only the matters that they are about are looked at. */
const few = 1_000;
/** The same of what begins between two instants: it is read whenever it was recorded, and most may not be known yet. */
const fewBegun = 10_000;

export interface Suspects {
  knowledge: string[];
  world: string[];
}

/**
 * Which matters may differ between `from` and `middle`, which have one asOf, and between `middle` and `to`, which have
 * one knownAt. Every matter that differs is among them; few are that do not.
 */
export async function suspectsBetween(
  readers: Pool,
  from: Point,
  middle: Point,
  to: Point,
): Promise<Suspects> {
  const keysAt = (point: Point, matters?: string[]) => situationKeys(readers, point, matters);
  const [told, turned] = await Promise.all([
    mattersTold(readers, from, middle),
    mattersTurned(readers, middle, to),
  ]);
  const either = told && turned && [...new Set([...told, ...turned])];
  const [before, between, behind] = await Promise.all([
    keysAt(from, told),
    keysAt(middle, either),
    keysAt(to, turned),
  ]);
  return {
    knowledge: differingMatters(before, among(told, between)),
    world: differingMatters(among(turned, between), behind),
  };
}

/** The matters that entries between two positions are about; undefined where they are many. */
async function mattersTold(readers: Pool, from: Point, to: Point): Promise<string[] | undefined> {
  const [after, upTo] = [Math.min(from.knownAt, to.knownAt), Math.max(from.knownAt, to.knownAt)];
  if (upTo - after > few) return undefined;
  return streamsBetween(readers, from.timeline.slug, after, upTo);
}

/** The matters that may turn between two instants; undefined where much begins there. */
async function mattersTurned(readers: Pool, from: Point, to: Point): Promise<string[] | undefined> {
  const { knownAt, models } = from;
  const [after, upTo] = [Math.min(from.asOf, to.asOf), Math.max(from.asOf, to.asOf)];
  if (after === upTo) return [];
  await indexLog(readers, from.timeline.slug, knownAt + 1);
  return mattersTurning(readers, models, { after, upTo, knownAt }, fewBegun);
}

function among(matters: string[] | undefined, keys: SituationKeys): SituationKeys {
  if (!matters) return keys;
  const looked = new Set(matters);
  return new Map([...keys].filter(([matter]) => looked.has(matter)));
}

/** One matter's slot at a point, and what stands beside it. */
export interface MatterStanding {
  slot: SlotRow;
  beside: NotesOfMatter;
}

/** How those of a stage's matters stand there. */
export async function standingsAt(
  readers: Pool,
  { point, slots }: Stage,
  matters: string[],
): Promise<Map<string, MatterStanding>> {
  const beside = await notesAt(readers, point, matters);
  return new Map(
    matters.flatMap((matter) => {
      const slot = slots.get(matter);
      return slot ? [[matter, { slot, beside: beside.get(matter) ?? nothingBeside }]] : [];
    }),
  );
}

export function matterAt({ slot, beside }: MatterStanding, { asOf }: Point): MatterAt {
  return { ...slot.state, certainty: certaintyOf(slot.state, asOf), ...beside };
}
