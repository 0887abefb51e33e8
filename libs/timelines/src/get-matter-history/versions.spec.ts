import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SlotRow } from '#libs/situations';
import { beginningOf, pageOfVersions, type Told, type Version, versionsOf } from './versions.js';

/** Of each position, which slot and which note are told; null is none. */
type Course = { slot: number | null; note: number | null }[];

const courses: fc.Arbitrary<Course> = fc.array(
  fc.record({ slot: fc.option(fc.nat(1)), note: fc.option(fc.nat(1)) }),
  { minLength: 1, maxLength: 20 },
);

/** Stretches of positions over which the same is told. */
function runsOf(values: (number | null)[]) {
  const runs: { value: number; from: number; to: number | null }[] = [];
  values.forEach((value, position) => {
    if (position > 0 && value === values[position - 1]) return;
    const last = runs.at(-1);
    if (last?.to === null) last.to = position;
    if (value !== null) runs.push({ value, from: position, to: null });
  });
  return runs;
}

function toldOf(course: Course): Told {
  const slots = runsOf(course.map(({ slot }) => slot)).map(
    ({ from, to }) => ({ knownFrom: { position: from, recordedAt: 0 }, knownTo: to }) as SlotRow,
  );
  const notes = runsOf(course.map(({ note }) => note)).map(({ value, from, to }) => {
    return { note: String(value), from, to: to ?? Infinity };
  });
  return { slots, beside: { notes, upcoming: [] } };
}

it('tells the same versions in pages of any size, wherever each is cut', () => {
  fc.assert(
    fc.property(
      courses,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 6 }),
      (course, limit, reach) => {
        const told = toldOf(course);
        const knownAt = course.length - 1;
        const paged: Version[] = [];
        for (let cursor: string | undefined; ;) {
          const beginning = beginningOf(cursor);
          const upTo = Math.min(knownAt, beginning.seen + reach);
          const versions = versionsOf(told, beginning, upTo);
          const { items, next } = pageOfVersions(versions, limit, upTo, knownAt);
          expect(items.length).toBeLessThanOrEqual(limit);
          paged.push(...items);
          if (next === null) break;
          cursor = next;
        }
        expect(paged).toEqual(versionsOf(told, beginningOf(undefined), knownAt));
        course.forEach(({ slot, note }, position) => {
          const at = paged.filter(({ from, to }) => from <= position && position < (to ?? Infinity));
          const notes = note === null ? [] : [String(note)];
          expect(at.map(({ beside }) => beside.notes)).toEqual(slot === null ? [] : [notes]);
        });
      },
    ),
  );
});
