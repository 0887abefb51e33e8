/** Levels after runs that follow each other in fold order: a later run's trails go on in the earlier ones'. */
import { levelOver, placeOf, type Touch } from './quantities.js';
import type { Run } from './run.js';
import type { QuantityLevel } from './state.js';

/** Names of quantities in order of first mention. */
export function namesOf(runs: readonly Run[]): string[] {
  if (runs.length === 1) return runs[0]!.trails.map((trail) => trail.quantity.of);
  return [...new Set(runs.flatMap((run) => run.trails.map((trail) => trail.quantity.of)))];
}

export function trailOf(of: string, { trails }: Run): Touch | null {
  const at = placeOf(of, trails);
  return at < 0 ? null : trails[at]!;
}

/** Null where no run mentions it. */
export function levelOf(of: string, runs: readonly Run[]): QuantityLevel | null {
  let level: QuantityLevel | null = null;
  for (const run of runs) level = levelOver(trailOf(of, run), level);
  return level;
}
