import type { Pool } from 'pg';
import { counts, type Item } from '#libs/chronology';
import { readPositions, type StoredEntry } from '#libs/ledger';
import { correctedToName, findDevelopments, indexLog } from '#libs/situations';
import { InvalidCursor } from './errors.js';
import { type FlatDevelopment, flatDevelopment } from './flat-development.js';
import { itemsKnown } from './items-known.js';
import { type Page, pageOf } from './page.js';
import type { Point } from './point.js';
import { isPosition } from './position.js';
import type { Sight } from './sight.js';

export interface PageParameters {
  /** The position behind which the page begins. */
  after?: string | undefined;
  limit: number;
  sight: Sight;
}

/** What developments are asked for: those that name one of these slugs as actor or recipient, or as place. */
export interface Naming {
  facet: 'actor' | 'place';
  slugs: string[];
}

export interface NamingPage {
  developments: Page<FlatDevelopment>;
  /** Whether any that was not withheld then names it, of whatever time and retracted or not, as far as was looked. */
  isNamed: boolean;
}

/** Developments that are looked at for one page, and decisions: what is on a page may be none of them. */
const most = { developments: 2_000, decisions: 5_000 };

/**
 * The developments that count at a point, name something there and have begun, by position: each as recorded, whether it
 * named it then or was corrected to. A page may be shorter than its limit; the first one begins where something names it.
 * @throws InvalidCursor
 */
export async function developmentsNaming(
  readers: Pool,
  point: Point,
  naming: Naming,
  { after, limit, sight }: PageParameters,
): Promise<NamingPage> {
  if (after !== undefined && after !== '-1' && !isPosition(after)) throw new InvalidCursor(after);
  const pageFrom = (position: number) => pageBehind(readers, point, naming, position, { limit, sight });
  let page = await pageFrom(Number(after ?? -1));
  while (after === undefined && !page.isNamed && page.developments.next !== null) {
    page = await pageFrom(Number(page.developments.next));
  }
  return page;
}

async function pageBehind(
  readers: Pool,
  { timeline: { slug }, asOf, knownAt }: Point,
  naming: Naming,
  after: number,
  { limit, sight }: Pick<PageParameters, 'limit' | 'sight'>,
): Promise<NamingPage> {
  const { positions, upTo } = await candidates(readers, slug, naming, after, knownAt);
  const found: StoredEntry[] = [];
  let isNamed = false;
  for (let from = 0, size = limit + 1; from < positions.length && found.length <= limit; size *= 4) {
    const entries = await readPositions(readers, slug, positions.slice(from, from + size));
    const items = await itemsKnown(readers, slug, entries, knownAt);
    for (const entry of entries) {
      const item = items.get(entry.id);
      if (!item || item.held || item.embargoed || !names(item, naming)) continue;
      isNamed = true;
      if (counts(item) && item.bounds.earliest <= asOf) found.push(entry);
    }
    from += size;
  }
  const { items, next } = pageOf(found, limit, ({ position }) => String(position));
  return {
    developments: {
      items: items.map((entry) => told(entry, sight)),
      next: next ?? (upTo === null ? null : String(upTo)),
    },
    isNamed,
  };
}

/** What a development says beyond what answers about states do. */
const ownWords = ['text', 'quote', 'phrase', 'sources'];

/**
 * A development may be held now and was not then: the list stays as it was, and who may not see it now is not told its
 * words. So nobody of them ever is, or the list would change with the hold.
 */
function told(entry: StoredEntry, sight: Sight): FlatDevelopment {
  // Of what is destroyed nothing is known that it could name: there are no redactions to tell of.
  const development = flatDevelopment(entry, sight, new Map());
  if (sight.withheld) return development;
  const fields = Object.entries(development).filter(([field]) => !ownWords.includes(field));
  return Object.fromEntries(fields) as FlatDevelopment;
}

/** Positions to look at, in order, and how far they go; null for all the way. */
async function candidates(
  readers: Pool,
  timeline: string,
  { facet, slugs }: Naming,
  after: number,
  knownAt: number,
): Promise<{ positions: number[]; upTo: number | null }> {
  await indexLog(readers, timeline, knownAt + 1);
  const [recorded, corrected] = await Promise.all([
    findDevelopments(readers, timeline, {
      facets: { [facet]: slugs },
      // What is withheld now may not have been then.
      withheld: true,
      after,
      before: knownAt + 1,
      order: 'asc',
      limit: most.developments,
    }),
    correctedToName(readers, timeline, slugs, { after, upTo: knownAt }, most.decisions),
  ]);
  const isCut = recorded.length === most.developments;
  const upTo = Math.min(isCut ? recorded.at(-1)! : Infinity, corrected.upTo ?? Infinity);
  const all = [...new Set([...recorded, ...corrected.positions])].sort((a, b) => a - b);
  const positions = all.filter((position) => position <= upTo).slice(0, most.developments);
  const isWhole = upTo === Infinity && positions.length === all.length;
  return { positions, upTo: isWhole ? null : positions.at(-1)! };
}

function names({ content }: Item, { facet, slugs }: Naming): boolean {
  const { actors = [], recipients = [], places = [] } = content;
  const named = facet === 'actor' ? [...actors, ...recipients] : places.map(({ ref }) => ref);
  return named.some((name) => slugs.includes(name));
}
