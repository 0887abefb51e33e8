import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openStore, type Store } from '../../../test/support/recorded-history.js';
import type { DevelopmentRow } from './development-row.js';
import { indexRows, withIndexRows } from './index-rows.js';
import { termPrefix } from './terms.js';

let store: Store;

beforeAll(async () => (store = await openStore()));
afterAll(() => store.close());

const rows: DevelopmentRow[] = [
  {
    position: 2 ** 40,
    earliest: -8.64e15,
    latest: 1_755_000_000_000,
    matter: 'año-nuevo',
    begins: 1_755_000_000_000,
    terms: ['zebra', 'kind:reward', 'tachira', '長い', 'a'.repeat(64), '1'],
  },
  { position: 0, earliest: null, latest: null, matter: 'm', begins: null, terms: [] },
  { position: 7, earliest: -1, latest: 0, matter: 'm', begins: -1, terms: ["it's", 'back\\slash'] },
];

it('hands rows over as they are, their terms as the vectors that Postgres itself makes of them', async () => {
  const { rows: given } = await withIndexRows('t', rows, (values) =>
    store.readers.query({
      text: `select position, earliest, latest, matter, begins, terms = array_to_tsvector(own) as same,
               tsvector_to_array(terms) as terms
             from ${indexRows(2)} join lateral (
               select array_agg(t.term) as own from json_to_recordset($8::json) as t(of int8, term text)
               where t.of = position
             ) o on $1 = 't'`,
      values: [
        ...values,
        JSON.stringify(
          rows.flatMap(({ position: of, terms }) => terms.map((term) => ({ of, term: prefixed(term) }))),
        ),
      ],
    }),
  );
  // Postgres sorts a vector's lexemes by length first.
  const sorted = (terms: string[]) => [...terms].sort();
  expect(given.map((row) => ({ ...row, same: row.same !== false, terms: sorted(row.terms) }))).toEqual(
    rows.map((row) => ({ ...row, same: true, terms: sorted(row.terms.map(prefixed)) })),
  );
});

it('hands over none', async () => {
  const { rows: given } = await withIndexRows('t', [], (values) =>
    store.readers.query({ text: `select $1, r.* from ${indexRows(2)}`, values }),
  );
  expect(given).toEqual([]);
});

function prefixed(term: string): string {
  return `${termPrefix('t')}${term}`;
}
