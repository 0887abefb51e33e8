import { bandOf } from './area.js';

/** What the log can be filtered by, bounds and words aside. */
export type Facet = 'type' | 'kind' | 'matter' | 'actor' | 'place';

/** Characters of a word that count; longer ones are cut, in what is kept and in what is asked. */
const wordLength = 64;

/**
 * Terms are what one index of all timelines looks up: facets (`kind:reward`) and words (`reward`), each behind its
 * timeline's band, so that the timeline comes first in the index. Words are lower-cased runs of letters and digits
 * without accents: `Táchira` is found as `tachira`, in any language and without its grammar. They are made here
 * and not by to_tsvector, which took half of the time that recording a development took the database.
 */
export class Terms {
  private readonly band: string;

  constructor(timeline: string) {
    this.band = bandOf(timeline).index.toString(36);
  }

  facet(name: Facet, value: string): string {
    return `${this.band} ${name}:${value}`;
  }

  words(text: string): string[] {
    return wordsOf(text).map((word) => `${this.band} ${word.slice(0, wordLength)}`);
  }
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

/** A tsquery for one term of each choice, or undefined for no choices. */
export function allOf(choices: string[][]): string | undefined {
  if (choices.length === 0) return undefined;
  const quoted = (term: string) => `'${term.replace(/['\\]/g, '$&$&')}'`;
  return choices.map((terms) => `(${terms.map(quoted).join(' | ')})`).join(' & ');
}
