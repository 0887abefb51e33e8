/**
 * The newsroom's own vocabulary on the recorded clock: who an actor is, and which names mean the same one, as known
 * at a position. Nothing of it is in a slot: a merge changes filters and totals from its position on, and no state.
 */
import { type DeskContent, isDesk, isRegistry, type Recorded, type RegistryContent } from './development.js';

export interface Actor {
  slug: string;
  name: string;
  /** Names it had before, and others it goes by, in order of first mention. */
  aliases: string[];
  actorType: string | null;
}

export interface RegisteredPlace {
  slug: string;
  name: string;
  aliases: string[];
  /** GeoJSON (RFC 7946). */
  geometry: object | null;
  country: string | null;
}

/** Actors and places as known after some position. */
export interface Registry {
  readonly actors: ReadonlyMap<string, Actor>;
  readonly places: ReadonlyMap<string, RegisteredPlace>;
  /** The actor that a slug stands for: itself, or the one it was merged into, at any remove. */
  identityOf(slug: string): string;
  /** All slugs that stand for the same actor as this one, itself among them, in order. */
  namesOf(slug: string): string[];
  /** Whether every slug stands for the same actor in both. */
  hasIdentitiesOf(other: Registry): boolean;
  /** Slugs that stand for another. */
  readonly merged: ReadonlySet<string>;
}

/** The registry after these entries of its streams, in order of position. */
export function foldRegistry(entries: readonly Recorded[]): Registry {
  const actors = new Map<string, Actor>();
  const places = new Map<string, RegisteredPlace>();
  const into = new Map<string, string>();
  for (const { registry, type } of effective(entries)) {
    const { slug } = registry;
    if (type === 'actor.registered' || type === 'actor.renamed') {
      actors.set(slug, named(actors.get(slug), registry as unknown as ActorNamed));
    } else if (type === 'place.registered') {
      places.set(slug, placed(places.get(slug), registry as unknown as PlaceNamed));
    } else if (type === 'actor.split') {
      into.delete(slug);
    } else if (type === 'actor.merged') {
      const target = registry['into'] as string;
      // A merge that would close a circle says that an actor is itself: it changes nothing.
      if (!leadsTo(into, target, slug)) into.set(slug, target);
    }
  }
  return registryOf(actors, places, into);
}

function registryOf(
  actors: Map<string, Actor>,
  places: Map<string, RegisteredPlace>,
  into: Map<string, string>,
): Registry {
  const groups = new Map<string, string[]>();
  for (const slug of into.keys()) {
    const identity = follow(into, slug);
    groups.set(identity, [...(groups.get(identity) ?? [identity]), slug].sort());
  }
  const identityOf = (slug: string) => follow(into, slug);
  return {
    actors,
    places,
    identityOf,
    namesOf: (slug) => groups.get(identityOf(slug)) ?? [slug],
    merged: new Set(into.keys()),
    hasIdentitiesOf: ({ merged, identityOf: other }) =>
      merged.size === into.size && [...merged].every((slug) => other(slug) === identityOf(slug)),
  };
}

/** Whether the way from `start` comes by `slug`, wherever it ends. */
function leadsTo(into: ReadonlyMap<string, string>, start: string, slug: string): boolean {
  let at: string | undefined = start;
  while (at !== undefined && at !== slug) at = into.get(at);
  return at === slug;
}

function follow(into: ReadonlyMap<string, string>, slug: string): string {
  let at = slug;
  for (let next = into.get(at); next !== undefined; next = into.get(at)) at = next;
  return at;
}

/** Registry entries that count: neither held nor retracted by the desk's last word on them. */
function effective(entries: readonly Recorded[]): RegistryContent[] {
  const counting = new Map<string, { content: RegistryContent; held: boolean; retracted: boolean }>();
  for (const { content } of entries) {
    if (isRegistry(content)) counting.set(content.id, { content, held: false, retracted: false });
    else if (isDesk(content)) decided(counting.get(content.target), content);
  }
  return [...counting.values()]
    .filter(({ held, retracted }) => !held && !retracted)
    .map(({ content }) => content);
}

function decided(entry: { held: boolean; retracted: boolean } | undefined, { type }: DeskContent): void {
  if (entry === undefined) return;
  if (type === 'record.held') entry.held = true;
  if (type === 'record.released') entry.held = false;
  if (type === 'record.retracted') entry.retracted = true;
  if (type === 'record.reinstated') entry.retracted = false;
}

type ActorNamed = Pick<Actor, 'slug' | 'name'> & { aliases?: string[]; actorType?: string };
type PlaceNamed = Pick<RegisteredPlace, 'slug' | 'name'> & {
  aliases?: string[];
  geometry?: object;
  country?: string;
};

function named(before: Actor | undefined, { slug, name, aliases, actorType }: ActorNamed): Actor {
  return {
    slug,
    name,
    aliases: aliasesOf(before, name, aliases),
    actorType: actorType ?? before?.actorType ?? null,
  };
}

function placed(
  before: RegisteredPlace | undefined,
  { slug, name, aliases, geometry, country }: PlaceNamed,
): RegisteredPlace {
  return {
    slug,
    name,
    aliases: aliasesOf(before, name, aliases),
    geometry: geometry ?? before?.geometry ?? null,
    country: country ?? before?.country ?? null,
  };
}

function aliasesOf(
  before: { name: string; aliases: string[] } | undefined,
  name: string,
  aliases: string[] = [],
): string[] {
  const all = before ? [...before.aliases, before.name, ...aliases] : aliases;
  return [...new Set(all)].filter((alias) => alias !== name);
}
