/**
 * A development: one immutable entry of a timeline's ledger. Vocabulary: docs/ARCHITECTURE.md.
 *
 * Content is what was sent with its defaults filled in; it is what the payload hashes (with bounds and
 * version). Recorded is content together with what the ledger added.
 */

/** Milliseconds since 1970-01-01T00:00:00Z; `-Infinity` for "no earliest". */
export type Instant = number;

/** When something was so: `[earliest, latest)`. `earliest` may be `-Infinity`; `latest` is always finite. */
export interface Bounds {
  earliest: Instant;
  latest: Instant;
}

/** PLOVER's auxiliary. Only `actual` moves a matter's state; the others are dated notes beside it. */
export type Mode = 'actual' | 'planned' | 'hypothetical' | 'negated';
export type Assertion = 'reported' | 'claimed' | 'alleged' | 'denied' | 'assessed' | 'unknown';
export type Verification = 'unverified' | 'confirmed' | 'disputed';

export interface Quantity {
  of: string;
  unit?: string;
  /** Exactly one of `value`, `low` with `high`, `delta`, or `text` alone; `text` may also go with a number. */
  value?: number;
  low?: number;
  high?: number;
  delta?: number;
  text?: string;
  /** The level before, and whether the source said it or we worked it out. */
  prior?: number;
  priorBasis?: 'stated' | 'derived';
}

export interface Place {
  ref: string;
  precision: 'exact' | 'vicinity' | 'region';
}

export interface Attribution {
  /** A slug, or free text when `record` is `anonymous`. */
  by: string;
  via?: string;
  record: 'on-record' | 'anonymous' | 'publisher' | 'handout' | 'document';
}

export interface Quote {
  text: string;
  speaker?: string;
  language?: string;
}

export interface Source {
  publisher?: string;
  title?: string;
  url?: string;
  /** A date or an instant. */
  publishedAt?: string;
  retrievedAt?: string;
  sha256?: string;
  archiveUrl?: string;
}

export interface Relation {
  rel: 'caused-by' | 'responds-to' | 'agrees' | 'broader' | 'narrower' | 'related';
  id: string;
}

/** Fields that every development has, whatever it is about. */
export interface CommonContent {
  id: string;
  type: string;
  matter: string;
  attribution: Attribution | Attribution[];
  sources?: Source[];
  subjects?: string[];
  text?: string;
  language?: string;
}

/** Something that happened, was said, or was found out in the world. */
export interface WorldContent extends CommonContent {
  title: string;
  /** EDTF (ISO 8601-2), see bounds.ts for what is accepted. */
  occurred: string;
  /** The source's own words for when. */
  phrase?: string;
  /** IANA zone in which `occurred` is read. */
  timezone: string;
  mode: Mode;
  assertion: Assertion;
  actors?: string[];
  recipients?: string[];
  places?: Place[];
  quantities?: Quantity[];
  quote?: Quote;
  /** When the report came out: a date (its end) or an instant. Absent where it is the recordedAt. */
  reportedAt?: string;
  related?: Relation[];
  embargoedUntil?: string;
}

/** The fields a correction may replace; null removes an optional one. */
export type Replacement = {
  [K in keyof Omit<WorldContent, 'id' | 'matter' | 'embargoedUntil'>]?: WorldContent[K] | null;
};

export const deskTypes = [
  'record.confirmed',
  'record.disputed',
  'record.unverified',
  'record.corrected',
  'record.held',
  'record.released',
  'record.embargo-lifted',
  'record.retracted',
  'record.reinstated',
  'record.redacted',
] as const;
export type DeskType = (typeof deskTypes)[number];

/**
 * Whether everyone may read the reasons of a type's decisions: why a development is withheld, or is so no longer, is
 * the newsroom's own affair.
 */
export function isReasonOpen(type: string): boolean {
  return type !== 'record.held' && type !== 'record.released' && type !== 'record.embargo-lifted';
}

/** An editors' decision about an earlier development. Its matter is its target's. */
export interface DeskContent extends CommonContent {
  type: DeskType;
  target: string;
  reason: string;
  title?: string;
  replacement?: Replacement;
}

export const registryTypes = [
  'actor.registered',
  'actor.renamed',
  'actor.merged',
  'actor.split',
  'place.registered',
  'kind.defined',
] as const;
export type RegistryType = (typeof registryTypes)[number];

/** An entry about the newsroom's own vocabulary; never in the situation. */
export interface RegistryContent extends CommonContent {
  type: RegistryType;
  title?: string;
  registry: { slug: string; [field: string]: unknown };
}

export type Content = WorldContent | DeskContent | RegistryContent;

/** A development as the ledger holds it. */
export interface Recorded<C extends Content = Content> {
  position: number;
  recordedAt: Instant;
  version: number;
  content: C;
  /** Of world developments, and of corrections that change what bounds are computed from; else null. */
  bounds: Bounds | null;
}

export function isDesk(content: Content): content is DeskContent {
  return content.type.startsWith('record.');
}

export function isRegistry(content: Content): content is RegistryContent {
  return (registryTypes as readonly string[]).includes(content.type);
}

export function isWorld(content: Content): content is WorldContent {
  return !isDesk(content) && !isRegistry(content);
}

/** The first attribution is the main one. */
export function mainAttribution(attribution: Attribution | Attribution[]): Attribution {
  return Array.isArray(attribution) ? attribution[0]! : attribution;
}

/** EDTF's marks for uncertain (?), approximate (~) and both (%). */
export function isApproximate(occurred: string): boolean {
  return /[?~%]/.test(occurred);
}
