/** The two points that a diff is of, each an instant and a position. */
import fc from 'fast-check';
import type { Instant, Recorded } from '#libs/chronology';
import { turningPoints } from '../random-history.js';

export interface Pair {
  asOf: [Instant, Instant];
  knownAt: [number, number];
}

export const iso = (instant: Instant) => new Date(instant).toISOString();

export const queryOf = ({ asOf, knownAt }: Pair) =>
  `fromAsOf=${iso(asOf[0])}&toAsOf=${iso(asOf[1])}&fromKnownAt=${knownAt[0]}&toKnownAt=${knownAt[1]}`;

export function pairsIn(history: Recorded[]): fc.Arbitrary<Pair> {
  const instants = fc.constantFrom(...turningPoints(history).filter(Number.isFinite));
  const positions = fc.nat(history.length - 1);
  return fc.record({ asOf: fc.tuple(instants, instants), knownAt: fc.tuple(positions, positions) });
}
