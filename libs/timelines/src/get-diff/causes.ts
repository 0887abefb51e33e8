import type { Pool } from 'pg';
import type { Difference } from '#libs/chronology';
import { readPositions, type StoredEntry } from '#libs/ledger';
import { type Stretch, turnsOfAccount, turnsOfNotes } from '#libs/situations';
import type { Point } from '../point.js';
import type { Standing } from './situations-apart.js';
import { worldCauses } from './world-causes.js';

/** A matter that differs between two points (null: it is not in the situation there). */
export interface Differing {
  matter: string;
  was: Standing | null;
  is: Standing | null;
  difference: Difference;
}

/** By matter, the entries that made it differ, the last `most`; of points that differ on one clock alone. */
export function causesOf(
  readers: Pool,
  from: Point,
  to: Point,
  differing: Differing[],
  most: number,
): Promise<Map<string, StoredEntry[]>> {
  const { slug } = from.timeline;
  const matters = differing.map(({ matter }) => matter);
  if (from.asOf === to.asOf) return knowledgeCauses(readers, from, to, differing, most);
  const stretch = {
    after: Math.min(from.asOf, to.asOf),
    upTo: Math.max(from.asOf, to.asOf),
    knownAt: to.knownAt,
  };
  const certain = differing.flatMap(({ was, is, difference }) =>
    difference.fields.includes('certainty') ? becameCertain(from.asOf < to.asOf ? is! : was!, stretch) : [],
  );
  return worldCauses(readers, slug, matters, stretch, certain, most);
}

/** What the later state rests on, where the stretch brought the last moment at which it may have come to be so. */
function becameCertain({ slot, beside }: Standing, { after, upTo }: Stretch): string[] {
  const { certainFrom, lastDevelopment } = slot.state;
  if (certainFrom <= after || certainFrom > upTo) return [];
  return [lastDevelopment ?? beside.notes.at(-1)?.id ?? []].flat();
}

/** The entries, in order of position, that turned the account of the instant into another. */
async function knowledgeCauses(
  readers: Pool,
  from: Point,
  to: Point,
  differing: Differing[],
  most: number,
): Promise<Map<string, StoredEntry[]>> {
  const { slug } = from.timeline;
  const known = {
    after: Math.min(from.knownAt, to.knownAt),
    upTo: Math.max(from.knownAt, to.knownAt),
  };
  const matters = differing.map(({ matter }) => matter);
  const [turns, besides] = await Promise.all([
    turnsOfAccount(readers, from.models, matters, from.asOf, known, most),
    turnsOfNotes(readers, from.models, differing.flatMap(notesApart), known),
  ]);
  const positions = new Map(
    matters.map((matter) => [
      matter,
      [...new Set([...(turns.get(matter) ?? []), ...(besides.get(matter) ?? [])])]
        .sort((a, b) => a - b)
        .slice(-most),
    ]),
  );
  const entries = new Map(
    (await readPositions(readers, slug, [...new Set([...positions.values()].flat())])).map((entry) => [
      entry.position,
      entry,
    ]),
  );
  return new Map([...positions].map(([matter, at]) => [matter, at.map((each) => entries.get(each)!)]));
}

/** The notes that stand beside one of the two states and not, or not so, beside the other. */
function notesApart({ matter, was, is }: Differing): { matter: string; id: string }[] {
  const listed = (standing: Standing | null) =>
    standing ? [...standing.beside.notes, ...standing.beside.upcoming] : [];
  const [before, after] = [listed(was), listed(is)].map(
    (notes) => new Map(notes.map((note) => [JSON.stringify(note), note.id])),
  );
  const ids = new Set([
    ...[...before!].filter(([text]) => !after!.has(text)).map(([, id]) => id),
    ...[...after!].filter(([text]) => !before!.has(text)).map(([, id]) => id),
  ]);
  return [...ids].map((id) => ({ matter, id }));
}
