/**
 * On the recorded clock, when a development was told as a decision of the desk then found it wrong. Only what counts
 * is told: not what is held, under embargo or retracted.
 */
import { type DeskContent, isDesk, isWorld, type Recorded, type WorldContent } from './development.js';
import { counts, decide, type Item, itemOf } from './item.js';

/** From the one entry on, until the other. */
export interface Span {
  from: Recorded;
  until: Recorded;
}

/** Pauses lie in between, in order: the development did not count meanwhile. */
export interface Served extends Span {
  pauses: Span[];
}

/** A development as an entry left it. */
interface Version {
  entry: Recorded;
  item: Item;
}

/**
 * When what the last entry, a decision about `target`, made another was told: in the spans in which any of it stood,
 * without a break until then, as the decision found it. Null where it never counted, or nothing became another.
 * @param entries the matter's, in order of position
 */
export function servedUntil(entries: readonly Recorded[], target: string): Served | null {
  const versions = versionsOf(entries, target);
  const spans = spansOf(wrongOnes(versions), versions.at(-1)!.entry);
  if (spans.length === 0) return null;
  const pauses = spans.slice(1).map(({ from }, at) => ({ from: spans[at]!.until, until: from }));
  return { from: spans[0]!.from, until: spans.at(-1)!.until, pauses };
}

function versionsOf(entries: readonly Recorded[], target: string): Version[] {
  const versions: Version[] = [];
  for (const entry of entries) {
    const { content } = entry;
    const last = versions.at(-1);
    if (isWorld(content) && content.id === target) {
      versions.push({ entry, item: itemOf(entry as Recorded<WorldContent>) });
    } else if (last && isDesk(content) && content.target === target) {
      versions.push({ entry, item: decide(last.item, entry as Recorded<DeskContent>) });
    }
  }
  return versions;
}

/** Those before the last in which any of what it changed stood as right before it, without a break. */
function wrongOnes(versions: Version[]): Version[] {
  const [found, decided] = versions.slice(-2).map(({ item }) => partsOf(item));
  if (!found || !decided) return [];
  let parts = [...new Set([...found.keys(), ...decided.keys()])].filter(
    (part) => found.get(part) !== decided.get(part),
  );
  let first = versions.length - 1;
  while (first > 0) {
    const before = partsOf(versions[first - 1]!.item);
    parts = parts.filter((part) => before.get(part) === found.get(part));
    if (parts.length === 0) break;
    first--;
  }
  return versions.slice(first, -1);
}

/** What is told of a development while it counts, part by part, as text. */
function partsOf({ content, bounds, verification, retracted }: Item): Map<string, string> {
  const { earliest, latest } = bounds;
  const told = { ...content, earliest: String(earliest), latest, verification, retracted };
  return new Map(Object.entries(told).map(([part, value]) => [part, JSON.stringify(value)]));
}

/** The spans in which these versions counted, until `end`. */
function spansOf(versions: Version[], end: Recorded): Span[] {
  const spans: Span[] = [];
  let from: Recorded | null = null;
  for (const { entry, item } of versions) {
    if (counts(item)) from ??= entry;
    else if (from) {
      spans.push({ from, until: entry });
      from = null;
    }
  }
  if (from) spans.push({ from, until: end });
  return spans;
}
