import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { builtInKinds, isDesk, isRegistry, isWorld, phaseOf, splitType } from '#libs/chronology';
import type { Attribution, Content, RegistryContent, WorldContent } from '#libs/chronology';

type Position = [longitude: number, latitude: number];
type Geometry =
  | { type: 'Point'; coordinates: Position }
  | { type: 'LineString'; coordinates: Position[] }
  | { type: 'Polygon'; coordinates: Position[][] };

const here = path.dirname(fileURLToPath(import.meta.url));
const folder = path.join(here, 'us-venezuela-2025');
/** The article is not ours to ship; where it lies beside the repository, the sample is held against it. */
const articleFile = path.resolve(here, '../../../../shared/seed/article.txt');
const withArticle = existsSync(articleFile) ? it : it.skip;

const lines = readFileSync(path.join(folder, 'developments.ndjson'), 'utf8').trimEnd().split('\n');
const entries = lines.map((line) => JSON.parse(line) as Content);
const story = entries.slice(0, 40);
const world = story.filter(isWorld);
const registry = entries.filter(isRegistry);
const actors = registry.filter((entry) => entry.type === 'actor.registered');
const places = registry.filter((entry) => entry.type === 'place.registered');

const list = <T>(item: T | T[]): T[] => (Array.isArray(item) ? item : [item]);
const slugs = (from: RegistryContent[]): string[] => from.map((entry) => entry.registry.slug).sort();
const development = (id: string): WorldContent => world.find((entry) => entry.id === id)!;
const words = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? [];
const runsOfSix = (text: string): string[] =>
  words(text).flatMap((_, at, all) => (at + 6 <= all.length ? [all.slice(at, at + 6).join(' ')] : []));

describe('the sample as a whole', () => {
  it('is forty developments of the story, then the names of its actors and places', () => {
    const numbered = Array.from({ length: 40 }, (_, n) => `VE-${String(n + 1).padStart(3, '0')}`);
    expect(story.map((entry) => entry.id)).toEqual(numbered);
    expect(entries.slice(40)).toEqual([...actors, ...places]);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
  });

  it('belongs to a public timeline in the zone of its publisher', () => {
    expect(JSON.parse(readFileSync(path.join(folder, 'timeline.json'), 'utf8'))).toEqual({
      slug: 'us-venezuela-2025',
      title: expect.stringMatching(/^.{1,500}$/),
      timezone: 'America/New_York',
      visibility: 'public',
    });
  });

  it('names only actors that are registered, and registers none that it does not name', () => {
    const attributed = (by: Attribution[]): string[] =>
      by.flatMap((one) => [...(one.record === 'anonymous' ? [] : [one.by]), ...(one.via ? [one.via] : [])]);
    const named = [
      ...story.flatMap((entry) => attributed(list(entry.attribution))),
      ...world.flatMap((entry) => [...(entry.actors ?? []), ...(entry.recipients ?? [])]),
      ...world.flatMap((entry) => entry.quote?.speaker ?? []),
    ];
    expect([...new Set(named)].sort()).toEqual(slugs(actors));
  });

  it('names only places that are registered, and registers none that it does not name', () => {
    const named = world.flatMap((entry) => entry.places ?? []).map((place) => place.ref);
    expect([...new Set(named)].sort()).toEqual(slugs(places));
  });

  it('gives every development its source, and every one of the world an assertion', () => {
    for (const entry of story) expect(entry.sources).toMatchObject([{ publisher: 'CBS News' }]);
    for (const entry of world) expect(entry.assertion).toBeDefined();
  });

  it('refers to earlier developments alone', () => {
    const before = new Set<string>();
    for (const entry of story) {
      const targets = isDesk(entry) ? [entry.target] : isWorld(entry) ? (entry.related ?? []) : [];
      for (const target of targets) expect(before).toContain(typeof target === 'string' ? target : target.id);
      before.add(entry.id);
    }
  });
});

describe('the types of the sample', () => {
  it('are built in, kind and phase', () => {
    const unknown = world.filter(({ type }) => {
      const [name, phase] = splitType(type);
      const kind = builtInKinds.get(name);
      return kind === undefined || phaseOf(kind, phase) === undefined;
    });
    expect(unknown).toEqual([]);
  });

  it('keep every matter to one kind', () => {
    const kinds = new Map<string, Set<string>>();
    for (const { matter, type } of world)
      kinds.set(matter, (kinds.get(matter) ?? new Set()).add(splitType(type)[0]));
    for (const [matter, found] of kinds) expect([matter, [...found]]).toEqual([matter, [expect.any(String)]]);
    expect(kinds.size).toBe(28);
  });
});

describe('the words of the sample', () => {
  const titles = world.map((entry) => entry.title);

  it('give each development a title of its own', () => {
    expect(new Set(titles).size).toBe(titles.length);
    for (const title of titles) expect(title).toMatch(/^.{1,500}$/);
  });

  withArticle('are its own: no six words in a row stand in the article', () => {
    const taken = new Set(runsOfSix(readFileSync(articleFile, 'utf8')));
    const ours = [...titles, ...story.filter(isDesk).map((entry) => entry.reason)];
    const names = registry.map((entry) => entry.registry['name'] as string);
    for (const text of [...ours, ...names])
      expect(runsOfSix(text).filter((run) => taken.has(run))).toEqual([]);
  });

  withArticle("are the article's where they say so: quotes and phrases stand in it", () => {
    const article = readFileSync(articleFile, 'utf8');
    for (const entry of world)
      for (const text of [entry.quote?.text, entry.phrase]) expect(article).toContain(text ?? '');
  });
});

describe('the geometry of the places', () => {
  const geometries = places.map((entry): [string, Geometry] => [
    entry.registry.slug,
    entry.registry['geometry'] as Geometry,
  ]);
  const positions = (geometry: Geometry): Position[] =>
    geometry.type === 'Point'
      ? [geometry.coordinates]
      : geometry.type === 'LineString'
        ? geometry.coordinates
        : geometry.coordinates.flat();
  /** Twice the signed area (shoelace); positive for a counterclockwise ring, as RFC 7946 section 3.1.6 asks. */
  const turning = (ring: Position[]): number =>
    ring.slice(1).reduce((sum, [x, y], at) => sum + ring[at]![0] * y - x * ring[at]![1], 0);
  const side = (a: Position, b: Position, c: Position): number =>
    Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const cross = (a: Position, b: Position, c: Position, d: Position): boolean =>
    side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;

  it.each(geometries)('%s lies on the globe, west of Greenwich', (_, geometry) => {
    for (const [longitude, latitude] of positions(geometry)) {
      expect(longitude).toBeGreaterThanOrEqual(-180);
      expect(longitude).toBeLessThan(0);
      expect(Math.abs(latitude)).toBeLessThanOrEqual(90);
    }
  });

  it.each(geometries.filter(([, geometry]) => geometry.type === 'Polygon'))(
    '%s is one closed counterclockwise ring that does not cross itself',
    (_, geometry) => {
      const [ring, ...holes] = geometry.coordinates as Position[][];
      const edges = ring!.slice(1).map((end, at): [Position, Position] => [ring![at]!, end]);
      expect(holes).toEqual([]);
      expect(ring!.length).toBeGreaterThanOrEqual(4);
      expect(ring!.at(-1)).toEqual(ring![0]);
      expect(turning(ring!)).toBeGreaterThan(0);
      expect(edges.filter(([a, b]) => edges.some(([c, d]) => cross(a, b, c, d)))).toEqual([]);
    },
  );

  it('goes with a country of two capital letters, or none where it lies in several or at sea', () => {
    for (const { registry: place } of places)
      if ('country' in place) expect(place['country']).toMatch(/^[A-Z]{2}$/);
  });
});

describe('the traps of the story', () => {
  const troops = world.filter((entry) => entry.quantities?.some((quantity) => quantity.of === 'troops'));

  it('counts the 15,000 troops in one development, though two speak of them', () => {
    expect(troops.map((entry) => [entry.id, entry.actors?.[0], entry.quantities?.[0]?.value])).toEqual([
      ['VE-001', 'us-government', 4_000],
      ['VE-030', 've-government', 15_000],
    ]);
    expect(development('VE-031').matter).toBe(development('VE-030').matter);
  });

  it('keeps the cartel apart from the eight groups of February', () => {
    const [cartel, eight] = [development('VE-020'), development('VE-037')];
    expect(cartel.matter).not.toBe(eight.matter);
    expect(cartel.recipients).toEqual(['cartel-de-los-soles']);
    expect(eight.recipients).toEqual(['eight-drug-groups']);
  });

  it('lets two sources differ about the purpose of the deployment', () => {
    const claims = world.filter((entry) => entry.matter === 'us-deployment-purpose');
    const by = claims.map((entry) => list(entry.attribution)[0]!.by);
    expect(claims.map((entry) => entry.type)).toEqual(['claim.made', 'claim.made']);
    expect(by).toEqual(['cbs-news', 'us-government']);
    expect(claims.flatMap((entry) => entry.related ?? []).map((one) => one.rel)).not.toContain('agrees');
  });

  it('makes the absence of a threat a dated negative', () => {
    expect(development('VE-008')).toMatchObject({ mode: 'negated', occurred: '../2025-08-29' });
  });

  it('says that the earlier 25 million was worked out, not reported', () => {
    expect(development('VE-021').quantities).toEqual([
      { of: 'reward', value: 50_000_000, unit: 'USD', prior: 25_000_000, priorBasis: 'derived' },
    ]);
  });

  it('accuses nobody whom the source does not: the exporter of the plane is not named', () => {
    expect(development('VE-024').recipients).toBeUndefined();
  });
});
