/**
 * One world development as the ledger knows it at a position: its content with every correction laid over
 * it, its three flags, and the desk's last word on it. Readings 1 to 3 of docs/adr/0002.
 */
import type {
  Bounds,
  DeskContent,
  Instant,
  Recorded,
  Replacement,
  Verification,
  WorldContent,
} from './development.js';
import { mainAttribution } from './development.js';
import { parseInstant } from './instant.js';
import { splitType } from './kinds.js';
import { Recent } from './recent.js';

export interface Item {
  readonly id: string;
  readonly position: number;
  readonly recordedAt: Instant;
  /** As corrected. */
  readonly content: WorldContent;
  readonly bounds: Bounds;
  readonly kind: string;
  readonly phase: string;
  readonly held: boolean;
  readonly embargoed: boolean;
  readonly retracted: boolean;
  readonly verification: Verification;
}

/** The kinds and phases of the types that were met last: there are few, and two strings more to keep for each item. */
const parts = new Recent<string, readonly [kind: string, phase: string]>(500);

function partsOf(type: string): readonly [kind: string, phase: string] {
  const known = parts.get(type);
  if (known !== undefined) return known;
  const split = splitType(type);
  parts.set(type, split);
  return split;
}

/** A world development as it was recorded; throws when it carries no bounds. */
export function itemOf({ content, bounds, position, recordedAt }: Recorded<WorldContent>): Item {
  if (bounds === null) throw new Error(`the world development ${content.id} has no bounds`);
  const [kind, phase] = partsOf(content.type);
  return {
    id: content.id,
    position,
    recordedAt,
    content,
    bounds,
    kind,
    phase,
    held: false,
    embargoed: embargoEnd(content, recordedAt) !== null,
    retracted: false,
    verification: 'unverified',
  };
}

/** When the embargo under which it was recorded ends; null where it was under none, or that was over by then. */
export function embargoEnd({ embargoedUntil }: WorldContent, recordedAt: Instant): Instant | null {
  const end = embargoedUntil === undefined ? undefined : parseInstant(embargoedUntil);
  return end !== undefined && end > recordedAt ? end : null;
}

/** Whether it is among the effective developments. */
export function counts(item: Item): boolean {
  return !item.held && !item.embargoed && !item.retracted;
}

/** Only an actual development moves its matter's state; the others are notes. */
export function isActual(item: Item): boolean {
  return item.content.mode === 'actual';
}

export function isUndated(item: Item): boolean {
  return item.bounds.earliest === -Infinity;
}

/** From when on it is news and no longer background: `earliest`, or `latest` where there is none. */
export function beginOf({ bounds }: Pick<Item, 'bounds'>): Instant {
  return bounds.earliest === -Infinity ? bounds.latest : bounds.earliest;
}

/** Fold order once all has begun: (begin, latest, position). Negative where `a` comes first. */
export function compareItems(a: Item, b: Item): number {
  return beginOf(a) - beginOf(b) || a.bounds.latest - b.bounds.latest || a.position - b.position;
}

/** Where a development stands among those folded at an instant, be it there or gone: (begin, latest, position). */
export type FoldPlace = readonly [begin: Instant, latest: Instant, position: number];

/** Its place in the fold at `asOf`: what has no date begins at −∞ until its last possible moment. */
export function placeAt(item: Item, asOf: Instant): FoldPlace {
  const begin = beginOf(item);
  return [isUndated(item) && begin > asOf ? -Infinity : begin, item.bounds.latest, item.position];
}

/** Negative where `a` comes first. */
export function comparePlaces(a: FoldPlace, b: FoldPlace): number {
  // Two that begin at −∞ differ by NaN, which is no difference either.
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** Two anonymous sources are never taken for the same; only main attributions count. */
export function sameSource(a: Item, b: Item): boolean {
  const one = mainAttribution(a.content.attribution);
  const other = mainAttribution(b.content.attribution);
  return one.by === other.by && one.record !== 'anonymous' && other.record !== 'anonymous';
}

/** What the desk's decision makes of its target: the same object where it changes nothing. */
export function decide(item: Item, { content, bounds }: Recorded<DeskContent>): Item {
  switch (content.type) {
    case 'record.confirmed':
      return revise(item, 'verification', 'confirmed');
    case 'record.disputed':
      return revise(item, 'verification', 'disputed');
    case 'record.unverified':
      return revise(item, 'verification', 'unverified');
    case 'record.held':
      return revise(item, 'held', true);
    case 'record.released':
      return revise(item, 'held', false);
    case 'record.embargo-lifted':
      return revise(item, 'embargoed', false);
    case 'record.retracted':
      return revise(item, 'retracted', true);
    case 'record.reinstated':
      return revise(item, 'retracted', false);
    case 'record.corrected':
      return correct(item, content.replacement ?? {}, bounds);
    case 'record.redacted':
      // The words are destroyed, so it counts at no position: whoever keeps the account opens it anew
      // from what is left. Here nothing is to be revised.
      return item;
  }
}

function revise<F extends 'held' | 'embargoed' | 'retracted' | 'verification'>(
  item: Item,
  field: F,
  value: Item[F],
): Item {
  return item[field] === value ? item : { ...item, [field]: value };
}

/** Fields whose correction takes back what the desk had said: it spoke about other words. */
const verified = ['title', 'type', 'quantities', 'occurred', 'mode'] as const;

function correct(item: Item, replacement: Replacement, bounds: Bounds | null): Item {
  const content = layOver(item.content, replacement);
  const [kind, phase] = partsOf(content.type);
  const verification = verified.some((field) => field in replacement) ? 'unverified' : item.verification;
  return { ...item, content, bounds: bounds ?? item.bounds, kind, phase, verification };
}

/** Replaces top-level fields whole; null removes one. */
export function layOver(content: WorldContent, replacement: Replacement): WorldContent {
  const merged: Record<string, unknown> = { ...content, ...replacement };
  for (const [field, value] of Object.entries(replacement)) if (value === null) delete merged[field];
  return merged as unknown as WorldContent;
}
