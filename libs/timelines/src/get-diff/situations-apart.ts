import type { Pool } from 'pg';
import { certaintyOf, type Counted, type MatterAt, totalsOf } from '#libs/chronology';
import { streamsBetween } from '#libs/ledger';
import {
  differingMatters,
  type NotesOfMatter,
  notesAt,
  situationKeys,
  slotsOfKindsAt,
  slotsOfMattersAt,
  type SlotRow,
} from '#libs/situations';
import type { Point } from '../point.js';

/** Where that many entries or fewer lie between two positions, only the matters that they are about are looked at. */
const few = 1_000;

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
  const { slug } = from.timeline;
  const keysAt = ({ models, asOf, knownAt }: Point, matters?: string[]) =>
    situationKeys(readers, models, asOf, knownAt, matters);
  const isSameWorld = middle.asOf === to.asOf;
  const [after, upTo] = [Math.min(from.knownAt, middle.knownAt), Math.max(from.knownAt, middle.knownAt)];
  const among = upTo - after <= few ? await streamsBetween(readers, slug, after, upTo) : undefined;
  const [before, between, behind] = await Promise.all([
    keysAt(from, among),
    keysAt(middle, isSameWorld ? among : undefined),
    isSameWorld ? undefined : keysAt(to),
  ]);
  const looked = among && new Set(among);
  const known = looked ? new Map([...between].filter(([matter]) => looked.has(matter))) : between;
  return {
    knowledge: differingMatters(before, known),
    world: behind ? differingMatters(between, behind) : [],
  };
}

/** One matter's slot at a point, and what stands beside it. */
export interface Standing {
  slot: SlotRow;
  beside: NotesOfMatter;
}

const nothingBeside: NotesOfMatter = { notes: [], upcoming: [] };

/** How matters stand at a point; those that are not in the situation are absent. */
export async function standingsAt(
  readers: Pool,
  { models, asOf, knownAt }: Point,
  matters: string[],
): Promise<Map<string, Standing>> {
  const [slots, beside] = await Promise.all([
    slotsOfMattersAt(readers, models, asOf, knownAt, matters),
    notesAt(readers, models, matters, asOf, knownAt),
  ]);
  return new Map(
    slots.map((slot) => [slot.matter, { slot, beside: beside.get(slot.matter) ?? nothingBeside }]),
  );
}

export function matterAt({ slot, beside }: Standing, { asOf }: Point): MatterAt {
  return { ...slot.state, certainty: certaintyOf(slot.state, asOf), ...beside };
}

type Totals = ReturnType<typeof totalsOf>;

/**
 * The totals at each of the points, of the panels that the suspects have a part in. The others are the same at all
 * points, so they are read once, and not at all where no suspect has anything to sum. Where actors were merged or split
 * between the points, the rows of every panel may be others.
 */
export async function totalsAt(readers: Pool, points: Point[], suspects: string[]): Promise<Totals[]> {
  const { kinds } = points[0]!;
  const slots = await Promise.all(
    points.map(({ models, asOf, knownAt }) => slotsOfMattersAt(readers, models, asOf, knownAt, suspects)),
  );
  const isSummed = ({ state }: SlotRow) => (kinds.get(state.kind)?.summed.length ?? 0) > 0;
  const panels = new Set(
    slots
      .flat()
      .filter(isSummed)
      .map(({ state }) => kinds.get(state.kind)!.panel),
  );
  const sameActors = points.every(({ registry }) => registry.hasIdentitiesOf(points[0]!.registry));
  const summed = [...kinds.values()].filter(
    ({ panel, summed }) => summed.length > 0 && (!sameActors || panels.has(panel)),
  );
  const names = summed.map(({ kind }) => kind);
  const { models, asOf, knownAt } = points[0]!;
  const all = names.length > 0 ? await slotsOfKindsAt(readers, models, asOf, knownAt, names) : [];
  const isSuspect = new Set(suspects);
  const others = all.filter(({ matter }) => !isSuspect.has(matter));
  return points.map((point, at) => {
    const own = slots[at]!.filter(({ state }) => names.includes(state.kind));
    // By matter, as a situation adds them up: sums of doubles depend on their order.
    const counted = [...others, ...own].sort((a, b) => (a.matter < b.matter ? -1 : 1));
    return totalsOf(
      counted.map((slot) => countedAt(slot, isSuspect.has(slot.matter) ? point : points[0]!)),
      kinds,
      point.registry.identityOf,
    );
  });
}

function countedAt({ matter, state }: SlotRow, { asOf }: Point): Counted {
  return { matter, state, certainty: certaintyOf(state, asOf) };
}
