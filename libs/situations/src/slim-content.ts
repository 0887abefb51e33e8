/**
 * What an account keeps of a development. It holds very many of them, each for as long as its matter is recorded to,
 * so it leaves out what no fold and no desk rule looks at, which is most of a development, and shares with the one
 * before what that says too. A third less to hold is a third less for each garbage collection to copy.
 */
import type { Attribution, Place, WorldContent } from '#libs/chronology';

/** @param before what the account holds of the development that arrived before */
export function slim(content: WorldContent, before: WorldContent | undefined): WorldContent {
  const like = before ?? content;
  // Of the sources, the first one's publishedAt stands for a reportedAt that a correction takes away.
  const publishedAt = content.sources?.[0]?.publishedAt;
  const slimmed = {
    id: content.id,
    type: shared(content.type, like.type),
    matter: shared(content.matter, like.matter),
    title: content.title,
    occurred: content.occurred,
    timezone: shared(content.timezone, like.timezone),
    mode: shared(content.mode, like.mode),
    assertion: shared(content.assertion, like.assertion),
    attribution: sharedAttribution(content.attribution, like.attribution),
    actors: sharedNames(content.actors, like.actors),
    recipients: sharedNames(content.recipients, like.recipients),
    places: sharedPlaces(content.places, like.places),
    quantities: content.quantities,
    related: content.related,
    reportedAt: content.reportedAt,
    embargoedUntil: content.embargoedUntil,
    sources: publishedAt === undefined ? undefined : [{ publishedAt }],
  };
  return slimmed as WorldContent;
}

/** The same words, in the one place where they lie already. */
function shared<T extends string>(text: T, before: T): T {
  return text === before ? before : text;
}

function sharedNames(names: string[] | undefined, before: string[] | undefined): string[] | undefined {
  return names !== undefined && before !== undefined && sameNames(names, before) ? before : names;
}

function sameNames(names: string[], others: string[]): boolean {
  return names.length === others.length && names.every((name, at) => name === others[at]);
}

function sharedPlaces(places: Place[] | undefined, before: Place[] | undefined): Place[] | undefined {
  if (places === undefined || before === undefined || places.length !== before.length) return places;
  const same = places.every(({ ref, precision }, at) => {
    return ref === before[at]!.ref && precision === before[at]!.precision;
  });
  return same ? before : places;
}

type Attributions = Attribution | Attribution[];

function sharedAttribution(attribution: Attributions, before: Attributions): Attributions {
  if (Array.isArray(attribution) || Array.isArray(before)) return attribution;
  const { by, via, record } = before;
  const same = attribution.by === by && attribution.via === via && attribution.record === record;
  return same ? before : attribution;
}
