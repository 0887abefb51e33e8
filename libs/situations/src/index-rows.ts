import { EndToEnd, int8Array, putArray } from '#libs/ledger';
import type { DevelopmentRow } from './development-row.js';
import { termPrefix } from './terms.js';

/** Rows of one timeline's index as six parameters of a statement. */
interface LaidRows {
  values: unknown[];
  /** To be called once they have been sent: others are laid in their rooms then. */
  leave: () => void;
}

/**
 * All of them travel in binary form, the terms as the very vectors that are stored: to parse them as JSON and to sort them
 * took Postgres a third of what they cost it.
 */
function layIndexRows(timeline: string, rows: readonly DevelopmentRow[]): LaidRows {
  const matters = new EndToEnd();
  const vectors = new EndToEnd();
  putArray(matters, 'text', rows, ({ matter }) => matters.put(matter));
  const prefix = termPrefix(timeline);
  putArray(vectors, 'tsvector', rows, ({ terms }) => putVector(vectors, prefix, terms));
  return {
    values: [
      int8Array(rows.map(({ position }) => position)),
      int8Array(rows.map(({ earliest }) => earliest)),
      int8Array(rows.map(({ latest }) => latest)),
      int8Array(rows.map(({ begins }) => begins)),
      matters.bytes(),
      vectors.bytes(),
    ],
    leave: () => {
      matters.leave();
      vectors.leave();
    },
  };
}

/** The rows that were laid in the parameters from `$first` on, as something to select from. */
export function indexRows(first: number): string {
  const types = ['int8', 'int8', 'int8', 'int8', 'text', 'tsvector'];
  const arrays = types.map((type, index) => `$${first + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) as r(position, earliest, latest, begins, matter, terms)`;
}

/** Writes those rows of the timeline `$1`, if `fence`, a table of the statement, has a row. */
export function insertIndexRows(first: number, fence: string): string {
  return `
  insert into development (timeline, position, earliest, latest, matter, begins, terms)
  select $1, position, earliest, latest, matter, begins, terms from ${indexRows(first)}
  where exists (select from ${fence})`;
}

/** Asks with the name of a timeline in `$1`, and rows of its index from `$2` to `$7`. */
export async function withIndexRows<A>(
  timeline: string,
  rows: readonly DevelopmentRow[],
  ask: (values: unknown[]) => Promise<A>,
): Promise<A> {
  const { values, leave } = layIndexRows(timeline, rows);
  try {
    return await ask([timeline, ...values]);
  } finally {
    leave();
  }
}

/** Behind each lexeme, in tsvector's binary form (tsvectorrecv): its end, and that it stands at no positions. */
const lexemeEnd = '\0\0\0';

/** @param terms distinct, in any order, and without a zero */
function putVector(end: EndToEnd, prefix: string, terms: readonly string[]): void {
  end.putInt32(terms.length);
  // One text: to lay each by itself took as long as all the rest.
  if (terms.length > 0) end.put(`${prefix}${terms.join(`${lexemeEnd}${prefix}`)}${lexemeEnd}`);
}
