import type { Pool } from 'pg';
import { certaintyOf, type Counted, totalsOf } from '#libs/chronology';
import { slotsOfKindsAt, slotsOfMattersAt, type SlotRow } from '#libs/situations';
import type { Point } from '../point.js';

type Totals = ReturnType<typeof totalsOf>;

/**
 * The totals at each of the points, of the panels to which a suspect does not add the same at all of them. The others
 * are the same at all points, so they are read once, and not at all where no suspect's part moves. Where actors were
 * merged or split between the points, the rows of every panel may be others.
 */
export async function totalsAt(readers: Pool, points: Point[], suspects: string[]): Promise<Totals[]> {
  const { kinds } = points[0]!;
  const slots = await Promise.all(
    points.map(({ models, asOf, knownAt }) => slotsOfMattersAt(readers, models, asOf, knownAt, suspects)),
  );
  const moving = movingMatters(slots.map((own, at) => partsOf(own, points[at]!)));
  const panels = new Set(
    slots
      .flat()
      .filter(({ matter }) => moving.has(matter))
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

/** What each matter adds to the totals by itself, as text; those that add nothing are left out. */
function partsOf(slots: SlotRow[], point: Point): Map<string, string> {
  const { kinds, registry } = point;
  return new Map(
    slots.flatMap((slot) => {
      const part = [...totalsOf([countedAt(slot, point)], kinds, registry.identityOf)];
      return part.some(([, rows]) => rows.length > 0) ? [[slot.matter, JSON.stringify(part)]] : [];
    }),
  );
}

/** The matters that do not have the same part everywhere. */
function movingMatters([first, ...others]: Map<string, string>[]): Set<string> {
  const matters = new Set([first!, ...others].flatMap((parts) => [...parts.keys()]));
  return new Set(
    [...matters].filter((matter) => others.some((parts) => parts.get(matter) !== first!.get(matter))),
  );
}

function countedAt({ matter, state }: SlotRow, { asOf }: Point): Counted {
  return { matter, state, certainty: certaintyOf(state, asOf) };
}
