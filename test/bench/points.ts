/** Points on the two clocks of a ledger that was recorded for a benchmark. */
import { worldSpan } from './large-ledger.js';
import type { LargeLedger } from './large-ledger.js';
import { worldBegins } from './sample-development.js';

/** Where in the plane questions lie: both are shares, of the world's span and of the ledger's positions. */
export const places: Record<string, (random: () => number) => [asOf: number, knownAt: number]> = {
  anywhere: (random) => [random(), random()],
  // Much that is not yet known lies before asOf: an index on the world's clock alone reads all of it.
  'late asOf, early knownAt': (random) => [0.9 + random() / 10, random() / 100],
  // Not earlier: in the short ledger the last matter's life begins after a fiftieth of the span.
  'early asOf, late knownAt': (random) => [0.03 + random() / 50, 0.9 + random() / 10],
};

/** RFC 3339, of a share of the world's span. */
export function instantOf(asOf: number): string {
  return new Date(worldBegins.getTime() + Math.floor(asOf * worldSpan) * 1000).toISOString();
}

/** The position of a share of the ledger that begins with position `earliest`. */
export function positionOf(knownAt: number, { size }: LargeLedger, earliest: number): number {
  return Math.min(size - 1, earliest + Math.floor(knownAt * (size - earliest)));
}
