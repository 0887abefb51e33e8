/** Holds what a diff tells of matters and totals against the situations that it tells apart. */
import { expect } from '@jest/globals';
import { builtInKinds, type Instant, type Recorded, totalsOf } from '#libs/chronology';
import type { Diff, Part } from './ask-diff.js';
import type { Pair } from './points.js';
import { type Expected, type Reading, shown, withNotes } from './readings.js';

function expectedChange(matter: string, before: Expected | null, after: Expected | null) {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const change = before === null ? 'appeared' : after === null ? 'went' : 'changed';
  return [{ matter, change, before: before?.view ?? null, after: after?.view ?? null }];
}

type Situation = Map<string, Expected | null>;

const zero = { value: 0, possible: 0, low: 0, high: 0 };

/** The rows of a situation's totals, by what they are about. */
function rowsOf(situation: Situation, asOf: Instant): Map<string, typeof zero> {
  const counted = [...situation].flatMap(([matter, at]) => {
    if (at === null) return [];
    const certainty = at.state.certainFrom <= asOf ? ('certain' as const) : ('possible' as const);
    return [{ matter, state: at.state, certainty }];
  });
  const rows = [...totalsOf(counted, builtInKinds)].flatMap(([panel, totals]) =>
    totals.map(
      ({ actor, of, unit, ...amounts }) => [JSON.stringify([panel, actor, of, unit]), amounts] as const,
    ),
  );
  return new Map(rows);
}

function expectedTotals(before: Map<string, typeof zero>, after: Map<string, typeof zero>) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => ({ key, before: before.get(key) ?? zero, after: after.get(key) ?? zero }))
    .filter((row) => JSON.stringify(row.before) !== JSON.stringify(row.after))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function totalsView({ totals }: Part) {
  return totals
    .map(({ panel, actor, of, unit, before, after }) => ({
      key: JSON.stringify([panel, actor, of, unit]),
      before,
      after,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Holds an answer against the situations that it tells apart, each worked out from the raw entries. */
export function expectDifference(
  diff: Diff,
  matters: Map<string, Recorded[]>,
  { asOf, knownAt }: Pair,
  read: Reading,
) {
  const points = [
    [asOf[0], knownAt[0]],
    [asOf[0], knownAt[1]],
    [asOf[1], knownAt[1]],
  ] as const;
  const situations = points.map(
    (point): Situation =>
      new Map([...matters].map(([matter, entries]) => [matter, read(entries, matter, ...point)])),
  );
  [diff.knowledge, diff.world].forEach((part, at) => {
    const [before, after] = [situations[at]!, situations[at + 1]!];
    const expected = [...matters.keys()].flatMap((matter) =>
      expectedChange(matter, before.get(matter)!, after.get(matter)!),
    );
    const beside = ['notes', 'upcoming'];
    const told = part.changes
      .filter(({ change, fields }) => {
        return read === withNotes || change !== 'changed' || fields.some((field) => !beside.includes(field));
      })
      .map(({ matter, change, before: was, after: is }) => {
        return { matter, change, before: shown(was, read), after: shown(is, read) };
      });
    expect(told).toEqual(expected);
    const [old, fresh] = [rowsOf(before, points[at]![0]), rowsOf(after, points[at + 1]![0])];
    expect(totalsView(part)).toEqual(expectedTotals(old, fresh));
  });
}
