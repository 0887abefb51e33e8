import type { Pool } from 'pg';
import { certaintyOf, type Counted, totalsOf } from '#libs/chronology';
import { slotsOfKindsAt, type SlotRow } from '#libs/situations';
import type { Point } from './point.js';
import type { Stage } from './stages.js';

type Totals = ReturnType<typeof totalsOf>;

/**
 * The totals at each stage, of the panels to which one of its matters does not add the same at all of them. Whatever else
 * counts is the same at all stages, so it is read once, and not at all where no matter's part moves. Where actors were
 * merged or split between the points, the rows of every panel may be others.
 */
export async function totalsOfStages(readers: Pool, stages: Stage[]): Promise<Totals[]> {
  const { point: first, slots: atFirst } = stages[0]!;
  const { kinds } = first;
  const moving = movingMatters(stages.map(partsOf));
  const panels = new Set(
    stages
      .flatMap(({ slots }) => [...slots.values()])
      .filter(({ matter }) => moving.has(matter))
      .map(({ state }) => kinds.get(state.kind)!.panel),
  );
  const sameActors = stages.every(({ point }) => point.registry.hasIdentitiesOf(first.registry));
  const summed = [...kinds.values()].filter(
    ({ panel, summed }) => summed.length > 0 && (!sameActors || panels.has(panel)),
  );
  const names = summed.map(({ kind }) => kind);
  const all = names.length > 0 ? await slotsOfKindsAt(readers, first, names) : [];
  const others = all.filter(({ matter }) => !atFirst.has(matter)).map((slot) => countedAt(slot, first));
  return stages.map(({ point, slots }) => {
    const own = [...slots.values()].filter(({ state }) => names.includes(state.kind));
    // By matter, as a situation adds them up: sums of doubles depend on their order.
    const counted = [...others, ...own.map((slot) => countedAt(slot, point))];
    counted.sort((a, b) => (a.matter < b.matter ? -1 : 1));
    return totalsOf(counted, kinds, point.registry.identityOf);
  });
}

/** What each matter adds to the totals by itself, as text; those that add nothing are left out. */
function partsOf({ point, slots }: Stage): Map<string, string> {
  const { kinds, registry } = point;
  return new Map(
    [...slots.values()].flatMap((slot) => {
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
