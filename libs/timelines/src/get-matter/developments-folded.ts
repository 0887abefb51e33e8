import type { Pool } from 'pg';
import { comparePlaces, counts, foldedOf, type FoldPlace, type Item, placeAt } from '#libs/chronology';
import { readPositions } from '#libs/ledger';
import { foldPlaces, indexedSize, subjectsSince } from '#libs/situations';
import { itemsKnown } from '../items-known.js';
import type { Point } from '../point.js';

/** Before all places in a fold. */
export const firstPlace: FoldPlace = [-Infinity, -Infinity, -1];

/** Which developments are asked for, at a point: those of a matter behind a place in the fold, at most `limit`. */
export interface FoldedAsked extends Pick<Point, 'asOf' | 'knownAt'> {
  timeline: string;
  matter: string;
  after: FoldPlace;
  limit: number;
}

/** Developments that are read at once, with what the desk decided about them: some ten milliseconds of this process. */
const most = 250;

/**
 * The developments that a matter is folded from, notes included, in fold order. Look-ups by key: they cost what the page
 * does, and those that lay there and count no more, and what the index of the log has yet to take in of the matter.
 */
export async function developmentsFolded(readers: Pool, asked: FoldedAsked): Promise<Item[]> {
  const { asOf, after, limit } = asked;
  const items = [...(await beyondIndex(readers, asked)), ...(await byPlace(readers, asked))];
  const byId = new Map(items.map((item) => [item.id, item]));
  return foldedOf(byId.values(), asOf)
    .filter((item) => comparePlaces(placeAt(item, asOf), after) > 0)
    .slice(0, limit);
}

/** Those that the index knows nothing of yet, or not where the desk has moved them. */
async function beyondIndex(readers: Pool, { timeline, matter, knownAt }: FoldedAsked): Promise<Item[]> {
  const [from, before] = [await indexedSize(readers, timeline), knownAt + 1];
  if (from >= before) return [];
  const positions = await subjectsSince(readers, timeline, matter, { from, before });
  const items: Item[] = [];
  for (let at = 0; at < positions.length; at += most) {
    items.push(...(await itemsAt(readers, timeline, positions.slice(at, at + most), knownAt)));
  }
  return items;
}

/** The first of those that count and stand where the index has them. */
async function byPlace(
  readers: Pool,
  { timeline, matter, asOf, knownAt, after, limit }: FoldedAsked,
): Promise<Item[]> {
  const found: Item[] = [];
  for (let [behind, size] = [after, limit]; found.length < limit; size *= 4) {
    const atOnce = Math.min(size, most);
    const places = await foldPlaces(readers, timeline, matter, { asOf, knownAt, behind, limit: atOnce });
    const positions = new Set(places.map(([, , position]) => position));
    const items = await itemsAt(readers, timeline, [...positions], knownAt);
    const standing = new Set(places.map(String));
    found.push(...items.filter((item) => counts(item) && standing.has(String(placeAt(item, asOf)))));
    if (places.length < atOnce) break;
    behind = places.at(-1)!;
  }
  return found;
}

async function itemsAt(
  readers: Pool,
  timeline: string,
  positions: number[],
  knownAt: number,
): Promise<Item[]> {
  const entries = await readPositions(readers, timeline, positions);
  return [...(await itemsKnown(readers, timeline, entries, knownAt)).values()];
}
