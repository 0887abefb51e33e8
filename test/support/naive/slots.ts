/** A matter's life as slots, from the state asked at every instant at which it could change: ADR 0002, 12. */
import type { KindTable, Recorded, Slot } from '#libs/chronology';
import { effective } from './effective.js';
import { ascending } from './folded.js';
import { naiveState } from './state.js';

type Stretch = Omit<Slot, 'knownFrom'>;

/** The slots believed at `knownAt`, from the earliest on. */
export function naiveSlots(ledger: Recorded[], kinds: KindTable, matter: string, knownAt: number): Slot[] {
  const known = ledger.filter(({ position }) => position <= knownAt);
  return naiveSlotsAtEach(known, kinds, matter).at(-1) ?? [];
}

/** The slots believed after each entry of the ledger: one list an entry. */
export function naiveSlotsAtEach(ledger: Recorded[], kinds: KindTable, matter: string): Slot[][] {
  const lives = ledger.map(({ position }) => stretches(ledger, kinds, matter, position));
  return lives.map((life, at) =>
    life.map(({ validFrom, validTo, state }) => {
      const stands = (then: Stretch[]) => then.some((one) => same(one, { validFrom, validTo, state }));
      const lastWithout = lives.slice(0, at + 1).findLastIndex((then) => !stands(then));
      return { validFrom, validTo, knownFrom: ledger[lastWithout + 1]!.position, state };
    }),
  );
}

/** The state at every candidate instant, equal neighbours made one. */
function stretches(ledger: Recorded[], kinds: KindTable, matter: string, knownAt: number): Stretch[] {
  const bounds = effective(ledger, matter, knownAt).map((development) => development.bounds);
  const undated = bounds.filter(({ earliest }) => earliest === -Infinity);
  const instants = new Set([
    -Infinity,
    ...bounds.map(({ earliest }) => earliest),
    ...undated.map(({ latest }) => latest),
  ]);
  const life: Stretch[] = [];
  for (const instant of [...instants].sort(ascending)) {
    const state = naiveState(ledger, kinds, matter, instant, knownAt);
    const before = life.at(-1);
    if (state === null || (before !== undefined && sameJson(before.state, state))) continue;
    if (before !== undefined) before.validTo = instant;
    life.push({ validFrom: instant, validTo: Infinity, state });
  }
  return life;
}

function same(a: Stretch, b: Stretch): boolean {
  return a.validFrom === b.validFrom && a.validTo === b.validTo && sameJson(a.state, b.state);
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
