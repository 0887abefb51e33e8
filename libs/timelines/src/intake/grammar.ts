/**
 * The grammar of single values, as the HTTP contract fixes it ("Grammar and limits"). Each says whether a
 * string keeps to it; none of them depends on a timeline or on anything that was recorded.
 */
import { isCalendarDate, nameSpaces, parseInstant, registryNameSpaces } from '#libs/chronology';

/** The source of what matches a slug, for patterns that have one as a part. */
export const slugSource = '[a-z0-9][a-z0-9-]{0,127}';

/** Slugs name timelines, matters, actors, places and kinds. */
export const slugPattern = new RegExp(`^${slugSource}$`);

/** A matter, or a stream of the registry: `actor/<slug>`. */
export const streamPattern = new RegExp(`^(?:(?:${registryNameSpaces.join('|')})/)?${slugSource}$`);

/** Printable ASCII without the space. */
export const idPattern = /^[!-~]{1,128}$/;

/** A kind and a phase: the types of what happens in the world. Other names before the dot are name spaces of their own. */
export const worldTypePattern = new RegExp(
  `^(?!(?:${nameSpaces.join('|')})\\.)${slugSource}\\.${slugSource}$`,
);

/** Ids that begin so are the service's own. */
export const reservedIdPrefix = 'dateline:';

export function isSlug(text: string): boolean {
  return slugPattern.test(text);
}

export function isId(text: string): boolean {
  return idPattern.test(text);
}

/** An id that a client may give to what it sends. */
export function isNewId(text: string): boolean {
  return idPattern.test(text) && !text.startsWith(reservedIdPrefix);
}

/** C0, DEL and C1: the characters of Unicode's category Cc. */
const controls = /\p{Cc}/u;
const controlsButLineFeed = /(?!\n)\p{Cc}/u;

/** 1 to `max` characters (code points) in one line. */
export function isLine(text: string, max: number): boolean {
  return hasLength(text, max) && !controls.test(text);
}

/** 1 to `max` characters (code points), line feeds among them. */
export function isProse(text: string, max: number): boolean {
  return hasLength(text, max) && !controlsButLineFeed.test(text);
}

function hasLength(text: string, max: number): boolean {
  if (text.length <= max) return text.length > 0;
  if (text.length > 2 * max) return false;
  let pairs = 0;
  for (let at = 0; at < text.length; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) pairs++;
  return text.length - pairs <= max;
}

/** An absolute http or https URL (WHATWG), written without white space. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\/[^\s\\]+$/i.test(text) && !controls.test(text) && URL.canParse(text);
}

const languages = new Set<string>();

/**
 * A well-formed BCP 47 tag, as far as CLDR knows them (Unicode Technical Standard 35). The plain ones and
 * those met before need no Intl, which takes a microsecond.
 */
export function isLanguage(tag: string): boolean {
  if (/^[a-z]{2,3}(?:-[A-Z]{2})?$/.test(tag) || languages.has(tag)) return true;
  if (tag.length > 100) return false;
  try {
    Intl.getCanonicalLocales(tag);
  } catch {
    return false;
  }
  if (languages.size < 1_000) languages.add(tag);
  return true;
}

/** RFC 3339 with an offset or Z. */
export function isInstant(text: string): boolean {
  return parseInstant(text) !== undefined;
}

/** A day of the calendar (`YYYY-MM-DD`), or an RFC 3339 instant. */
export function isDateOrInstant(text: string): boolean {
  return text.length === 10 ? isCalendarDate(text) : parseInstant(text) !== undefined;
}
