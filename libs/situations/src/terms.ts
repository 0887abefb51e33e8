import { bandOf } from './area.js';

/** What the log can be filtered by, bounds and words aside. */
export type Facet = 'type' | 'kind' | 'matter' | 'actor' | 'place';

/** Characters of a word that count; longer ones are cut, in what is kept and in what is asked. */
const wordLength = 64;

/**
 * Terms are what one index of all timelines looks up: facets (`kind:reward`) and words (`reward`). In the index each
 * stands behind its timeline's band, so that the timeline comes first.
 */
export function facetTerm(name: Facet, value: string): string {
  return `${name}:${value}`;
}

/**
 * Words are lower-cased runs of letters and digits without accents: `Táchira` is found as `tachira`, in any language and
 * without its grammar. They are made here and not by to_tsvector, which took half of the time that recording a
 * development took the database.
 */
export function wordTerms(text: string): string[] {
  return wordsOf(text).map((word) => (word.length > wordLength ? word.slice(0, wordLength) : word));
}

/** What stands before each of a timeline's terms. */
export function termPrefix(timeline: string): string {
  return `${bandOf(timeline).index.toString(36)} `;
}

/** What is ASCII has no accents and needs no table of letters. */
function wordsOf(text: string): string[] {
  const words = ascii.test(text)
    ? text.toLowerCase().match(/[a-z0-9]+/g)
    : text
        .normalize('NFKD')
        .replace(/\p{M}+/gu, '')
        .toLowerCase()
        .match(/[\p{L}\p{N}]+/gu);
  return words ?? [];
}

// eslint-disable-next-line no-control-regex -- control characters are ASCII too
const ascii = /^[\x00-\x7f]*$/;

/** A tsquery for one of a timeline's terms of each choice, or undefined for no choices. */
export function allOf(timeline: string, choices: string[][]): string | undefined {
  if (choices.length === 0) return undefined;
  const prefix = termPrefix(timeline);
  const quoted = (term: string) => `'${prefix}${term.replace(/['\\]/g, '$&$&')}'`;
  return choices.map((terms) => `(${terms.map(quoted).join(' | ')})`).join(' & ');
}
