/** Ways in which a text is not JSON, or is JSON that two readers may understand differently. */
export type JsonFault =
  | 'syntax'
  | 'not-utf8'
  | 'byte-order-mark'
  | 'nul'
  | 'lone-surrogate'
  | 'duplicate-key'
  | 'reserved-key'
  | 'too-deep'
  | 'inexact-number';

/**
 * A text that was refused before anybody looked at what it says.
 * `pointer` is an RFC 6901 pointer to the value or member at fault (`''` is the whole text), `detail` a
 * sentence that says what is wrong, where, and how to mend it.
 */
export class MalformedJson extends Error {
  readonly code = 'malformed-json';

  constructor(
    readonly fault: JsonFault,
    readonly pointer: string,
    readonly detail: string,
  ) {
    super(detail);
    this.name = 'MalformedJson';
  }
}

/** The RFC 6901 pointer of a path of member names and indexes. */
export function pointerOf(path: readonly (string | number)[]): string {
  return path.map((step) => '/' + String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('');
}

/** A piece of somebody else's text, short enough and safe enough to stand in a sentence. */
export function excerpt(text: string): string {
  const quoted = JSON.stringify(text.length > 60 ? text.slice(0, 60) : text);
  return text.length > 60 ? `${quoted}…` : quoted;
}
