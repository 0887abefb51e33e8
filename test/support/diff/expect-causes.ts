/** Holds the causes that a diff tells against the raw entries: each is one, and none is kept back that must be told. */
import { expect } from '@jest/globals';
import { beginOf, builtInKinds, counts, itemsOf, openAccount, record, type Recorded } from '#libs/chronology';
import type { Diff } from './ask-diff.js';
import type { Pair } from './points.js';
import { type Reading, stateAlone, withNotes } from './readings.js';

/** What begins within the stretch is told, and else only what became certain in it. */
export function expectWorldCauses(
  { world }: Diff,
  matters: Map<string, Recorded[]>,
  { asOf, knownAt }: Pair,
) {
  const [after, upTo] = [Math.min(...asOf), Math.max(...asOf)];
  for (const { matter, causes, before, after: is } of world.changes) {
    let account = openAccount(matter, builtInKinds);
    for (const entry of matters.get(matter)!) {
      if (entry.position <= knownAt[1]) ({ account } = record(account, entry));
    }
    const begun = itemsOf(account).filter(
      (item) => counts(item) && beginOf(item) > after && beginOf(item) <= upTo,
    );
    const told = causes.map(({ id }) => id);
    if (begun.length <= 20) expect(told).toEqual(expect.arrayContaining(begun.map(({ id }) => id)));
    const certain = [before, is].flatMap((state) => [
      state?.['lastDevelopment'],
      (state?.['notes'] as { id: string }[] | undefined)?.at(-1)?.id,
    ]);
    const known = [...begun.map(({ id }) => id), ...certain];
    expect(known).toEqual(expect.arrayContaining(told));
    expect(told.length).toBeGreaterThan(0);
  }
}

/**
 * Each cause turned the account of the instant into another, and what turned it is told. What is said of a note may
 * come to show later, when another note goes.
 */
export function expectKnowledgeCauses(
  { knowledge }: Diff,
  matters: Map<string, Recorded[]>,
  { asOf, knownAt }: Pair,
) {
  const [after, upTo] = [Math.min(...knownAt), Math.max(...knownAt)];
  for (const { matter, causes, before, after: is } of knowledge.changes) {
    const entries = matters.get(matter)!;
    const at = (read: Reading, position: number) => JSON.stringify(read(entries, matter, asOf[0], position));
    const turns = (read: Reading) =>
      entries
        .map(({ position }) => position)
        .filter((position) => position > after && position <= upTo)
        .filter((position) => at(read, position) !== at(read, position - 1));
    const told = causes.map(({ position }) => position);
    const notes = [before, is].flatMap((state) =>
      [state?.['notes'] ?? [], state?.['upcoming'] ?? []].flat().map((note) => (note as { id: string }).id),
    );
    const aboutNotes = entries
      .filter(({ content: { id, target } }: any) => notes.includes(id) || notes.includes(target))
      .map(({ position }) => position);
    expect([...turns(withNotes), ...aboutNotes]).toEqual(expect.arrayContaining(told));
    expect(told).toEqual(expect.arrayContaining(turns(stateAlone)));
    expect(told.length).toBeGreaterThan(0);
  }
}
