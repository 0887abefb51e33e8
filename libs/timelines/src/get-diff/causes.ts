import type { Pool } from 'pg';
import type { Difference } from '#libs/chronology';
import { readPositions, type StoredEntry } from '#libs/ledger';
import { type Known, type Stretch, turnsOfAccount, turnsOfNotes } from '#libs/situations';
import { type Cause, causeViews } from '../cause.js';
import type { Point } from '../point.js';
import type { Sight } from '../sight.js';
import type { MatterStanding } from './situations-apart.js';
import { worldCauses } from './world-causes.js';

/** A matter that differs between two points (null: it is not in the situation there). */
export interface Differing {
  matter: string;
  was: MatterStanding | null;
  is: MatterStanding | null;
  difference: Difference;
}

/** Two points that differ on one clock alone, and the matters that differ between them. */
export interface Differences {
  from: Point;
  to: Point;
  differing: Differing[];
}

/** How much is told of each matter: at least the last `most` causes, where there are so many; and to whom. */
export interface Telling {
  most: number;
  sight: Sight;
}

/** By matter, what made it differ, as far as it may be told. */
export async function causesOf(
  readers: Pool,
  differences: Differences,
  telling: Telling,
): Promise<Map<string, Cause[]>> {
  const { from, to, differing } = differences;
  if (from.asOf === to.asOf) return knowledgeCauses(readers, differences, telling);
  const stretch = {
    after: Math.min(from.asOf, to.asOf),
    upTo: Math.max(from.asOf, to.asOf),
    knownAt: to.knownAt,
  };
  const certain = differing.flatMap(({ was, is, difference }) =>
    difference.fields.includes('certainty') ? becameCertain(from.asOf < to.asOf ? is! : was!, stretch) : [],
  );
  const { slug } = from.timeline;
  const matters = differing.map(({ matter }) => matter);
  const entries = await worldCauses(readers, slug, { matters, stretch, certain, most: telling.most });
  return toldOf(readers, slug, entries, stretch.knownAt, telling.sight);
}

/** What the later state rests on, where the stretch brought the last moment at which it may have come to be so. */
function becameCertain({ slot, beside }: MatterStanding, { after, upTo }: Stretch): string[] {
  const { certainFrom, lastDevelopment } = slot.state;
  if (certainFrom <= after || certainFrom > upTo) return [];
  return [lastDevelopment ?? beside.notes.at(-1)?.id ?? []].flat();
}

/** In order of position, what turned the account of the instant into another. */
async function knowledgeCauses(
  readers: Pool,
  { from, to, differing }: Differences,
  { most, sight }: Telling,
): Promise<Map<string, Cause[]>> {
  const { slug } = from.timeline;
  const known = {
    after: Math.min(from.knownAt, to.knownAt),
    upTo: Math.max(from.knownAt, to.knownAt),
  };
  const causes = new Map<string, Cause[]>();
  // What may not be told is read too: where too few are left, more is read.
  for (let [left, reads] = [differing, most]; left.length > 0; reads *= 4) {
    const turned = await entriesTurning(readers, from, left, known, reads);
    for (const [matter, told] of await toldOf(readers, slug, turned, known.upTo, sight)) {
      causes.set(matter, told);
    }
    left = left.filter(
      ({ matter }) => turned.get(matter)!.length === reads && causes.get(matter)!.length < most,
    );
  }
  return causes;
}

/** By matter, the last `most` entries that turned the account of the point's instant, or what stands beside it. */
async function entriesTurning(
  readers: Pool,
  point: Point,
  differing: Differing[],
  known: Known,
  most: number,
): Promise<Map<string, StoredEntry[]>> {
  const matters = differing.map(({ matter }) => matter);
  const [turns, besides] = await Promise.all([
    turnsOfAccount(readers, point, matters, known, most),
    turnsOfNotes(readers, point, differing.flatMap(notesApart), known),
  ]);
  const last = (matter: string) =>
    [...new Set([...(turns.get(matter) ?? []), ...(besides.get(matter) ?? [])])]
      .sort((a, b) => a - b)
      .slice(-most);
  const positions = new Map(matters.map((matter) => [matter, last(matter)]));
  const entries = await readPositions(readers, point.timeline.slug, [
    ...new Set([...positions.values()].flat()),
  ]);
  const byPosition = new Map(entries.map((entry) => [entry.position, entry]));
  return new Map([...positions].map(([matter, at]) => [matter, at.map((each) => byPosition.get(each)!)]));
}

async function toldOf(
  readers: Pool,
  timeline: string,
  entries: Map<string, StoredEntry[]>,
  knownAt: number,
  sight: Sight,
): Promise<Map<string, Cause[]>> {
  const views = await causeViews(readers, timeline, [...entries.values()].flat(), knownAt, sight);
  return new Map(
    [...entries].map(([matter, own]) => [matter, own.flatMap(({ position }) => views.get(position) ?? [])]),
  );
}

/** The notes that stand beside one of the two states and not, or not so, beside the other. */
function notesApart({ matter, was, is }: Differing): { matter: string; id: string }[] {
  const listed = (standing: MatterStanding | null) =>
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
