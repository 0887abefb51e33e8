import { EndToEnd, int8Array, putArray } from '#libs/ledger';
import type { DevelopmentRow } from './development-row.js';
import { termPrefix } from './terms.js';

/** The rows that `withIndexRows` hands over in `$2` to `$7`, as something to select from. */
export const indexRows =
  'unnest($2::int8[], $3::int8[], $4::int8[], $5::int8[], $6::text[], $7::tsvector[]) ' +
  'as r(position, earliest, latest, begins, matter, terms)';

/**
 * Asks with rows of one timeline's index for parameters: its name in `$1`, and `indexRows` behind it. All travel in
 * binary form, the terms as the very vectors that are stored: to parse them as JSON and to sort them took Postgres a third
 * of what they cost it.
 */
export async function withIndexRows<A>(
  timeline: string,
  rows: readonly DevelopmentRow[],
  ask: (values: unknown[]) => Promise<A>,
): Promise<A> {
  const matters = new EndToEnd();
  const vectors = new EndToEnd();
  putArray(matters, 'text', rows, ({ matter }) => matters.put(matter));
  const prefix = termPrefix(timeline);
  putArray(vectors, 'tsvector', rows, ({ terms }) => putVector(vectors, prefix, terms));
  try {
    return await ask([
      timeline,
      int8Array(rows.map(({ position }) => position)),
      int8Array(rows.map(({ earliest }) => earliest)),
      int8Array(rows.map(({ latest }) => latest)),
      int8Array(rows.map(({ begins }) => begins)),
      matters.bytes(),
      vectors.bytes(),
    ]);
  } finally {
    matters.leave();
    vectors.leave();
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
