/** Runs that hold of what was said before them only what one that follows them may have to look at again. */
import { statedSince, type Statement } from './contested.js';
import type { Instant } from './development.js';
import type { Item } from './item.js';
import { lastOfTrail, type Touch } from './quantities.js';
import { listOf, mapRow } from './row.js';
import type { Run } from './run.js';
import type { Sequence } from './sequence.js';

/**
 * The runs that a sequence holds, without the lists of all that was ever said of their quantities. Null where they need the
 * statements of more than `most` developments that it does not hold, or where they lie over others (`liesOver`) and deltas
 * upon nothing are to be added again.
 */
export function withoutPast(sequence: Sequence, liesOver: boolean, most: number): Sequence | null {
  const runs = listOf(sequence);
  if (liesOver && runs.some(({ trails }) => trails.some(({ grounded }) => !grounded))) return null;
  const since = earliestOfLists(runs);
  const statements = new Map<Statement, Statement | null>();
  const touches = new Map<Touch, Touch>();
  const short = mapRow(sequence, (run) => ({
    ...run,
    trails: run.trails.map((trail) => lastOfTrail(trail, touches)),
    statements: run.statements.map((newest) => statedSince(newest, since.get(nameOf(newest))!, statements)!),
  }));
  const held = new Set(runs.map(({ item }) => item));
  const beside = new Set<Item>();
  for (const statement of statements.values())
    if (statement && !held.has(statement.item)) beside.add(statement.item);
  return beside.size > most ? null : short;
}

/** Of each list, when the earliest begins that is the newest of it in any of the runs: what is to come begins no earlier. */
function earliestOfLists(runs: readonly Run[]): Map<string, Instant> {
  const since = new Map<string, Instant>();
  for (const newest of runs.flatMap(({ statements }) => statements)) {
    const list = nameOf(newest);
    since.set(list, Math.min(since.get(list) ?? Infinity, newest.item.bounds.earliest));
  }
  return since;
}

/** What all statements of a list are about. */
function nameOf({ item, quantity: { of, unit } }: Statement): string {
  return JSON.stringify([item.content.type, of, unit]);
}
