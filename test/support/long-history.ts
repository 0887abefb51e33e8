import fc from 'fast-check';
import { type Content, isDesk, isRegistry, isWorld, type Recorded } from '#libs/chronology';
import { histories } from './random-history.js';

/** Entries of one of the histories that a long one is woven of. */
const thread = 250;

/**
 * A random history of one timeline with `size` entries about some four matters in each hundred: short histories, each
 * about matters of its own, woven into each other entry by entry. (One that long would take minutes to draw.)
 */
export function longHistory(size: number, seed: number): Recorded[] {
  const threads: Recorded[][] = [];
  for (let have = 0; have < size; have += threads.at(-1)!.length) {
    const drawn = fc.sample(histories({ entries: thread }), { numRuns: 1, seed: seed + threads.length });
    const stories = drawn[0]!.filter(({ content }) => !isRegistry(content));
    threads.push(stories.map((entry) => renamed(entry, `t${threads.length}-`)));
  }
  const woven: Recorded[] = [];
  for (let turn = 0; woven.length < size; turn++) {
    woven.push(...threads.flatMap((entries) => entries[turn] ?? []));
    if (turn > 2 * size) break;
  }
  return woven.slice(0, size).map((entry, position) => ({ ...entry, position }));
}

/** Ids and matters are a thread's own. */
function renamed(entry: Recorded, prefix: string): Recorded {
  const content = { ...entry.content, id: prefix + entry.content.id, matter: prefix + entry.content.matter };
  if (isDesk(content)) {
    content.target = prefix + content.target;
    if (content.replacement) content.replacement = withRelations(content.replacement, prefix);
  }
  return { ...entry, content: isWorld(content) ? withRelations(content, prefix) : (content as Content) };
}

function withRelations<T extends object>(content: T, prefix: string): T {
  const { related } = content as { related?: { rel: string; id: string }[] | null };
  if (!related) return content;
  return { ...content, related: related.map((relation) => ({ ...relation, id: prefix + relation.id })) };
}
