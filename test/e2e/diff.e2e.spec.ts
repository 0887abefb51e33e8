import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  beginOf,
  builtInKinds,
  counts,
  type Instant,
  isWorld,
  itemsOf,
  type Note,
  openAccount,
  record,
  type Recorded,
  replay,
  type SlotState,
  totalsOf,
} from '#libs/chronology';
import { naiveNotes, naiveUpcoming } from '../support/naive/index.js';
import { histories, toPosts, turningPoints } from '../support/random-history.js';
import { longHistory } from '../support/long-history.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

let server: TestServer;
let serial = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

interface Change {
  matter: string;
  change: string;
  fields: string[];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  causes: { id: string; position: number; reason?: string }[];
}

interface Part {
  totals: { panel: string; actor: string; of: string; unit: string; before: object; after: object }[];
  changes: Change[];
}

interface Diff {
  knowledge: Part;
  world: Part;
  next: string | null;
}

async function post(history: Recorded[]): Promise<string> {
  const slug = `diff-${serial++}`;
  await server.http
    .post('/v1/timelines')
    .send({ ...timeline, slug, timezone: 'UTC' })
    .expect(201);
  const bodies = toPosts(history);
  for (let from = 0; from < bodies.length; from += 1000) {
    await server.http
      .post(`/v1/timelines/${slug}/developments`)
      .send(bodies.slice(from, from + 1000))
      .expect(201);
  }
  return slug;
}

async function ask(slug: string, query: string): Promise<Diff> {
  const { body } = await server.http.get(`/v1/timelines/${slug}/diff?limit=1000&${query}`).expect(200);
  return body as Diff;
}

const iso = (instant: Instant) => new Date(instant).toISOString();
const isoOrNull = (instant: Instant) => (Number.isFinite(instant) ? iso(instant) : null);

const noteView = ({ bounds, ...note }: Note) => ({
  ...note,
  bounds: { earliest: isoOrNull(bounds.earliest), latest: isoOrNull(bounds.latest) },
});

/** The histories of the matters, each with its own entries alone, which is all that its state depends on. */
function byMatter(history: Recorded[]): Map<string, Recorded[]> {
  const worlds = history.filter(({ content }) => isWorld(content));
  const matters = [...new Set(worlds.map(({ content }) => content.matter))].sort();
  return new Map(
    matters.map((matter) => [matter, history.filter(({ content }) => content.matter === matter)]),
  );
}

/** A matter at a point, worked out from its raw entries alone: what an answer says of it, and its state. */
interface Expected {
  view: Record<string, unknown>;
  state: SlotState;
}

type Reading = (entries: Recorded[], matter: string, asOf: Instant, knownAt: number) => Expected | null;

/** Without what stands beside the state. */
const stateAlone: Reading = (entries, matter, asOf, knownAt) => {
  const known = entries.filter(({ position }) => position <= knownAt);
  const state = replay(known, builtInKinds, asOf);
  if (state === null) return null;
  const view = {
    ...state,
    matter,
    panel: builtInKinds.get(state.kind)!.panel,
    certainty: state.certainFrom <= asOf ? 'certain' : 'possible',
    certainFrom: iso(state.certainFrom),
    quantities: state.quantities.map(({ actor: _actor, ...quantity }) => quantity),
  };
  return { view, state };
};

const withNotes: Reading = (...at) => {
  const alone = stateAlone(...at);
  const [entries, matter, asOf, knownAt] = at;
  const naive = [entries, builtInKinds, matter, asOf, knownAt] as const;
  const notes = naiveNotes(...naive).map(noteView);
  const upcoming = naiveUpcoming(...naive).map(noteView);
  return alone && { ...alone, view: { ...alone.view, notes, upcoming } };
};

/** Fields of a state, less those that belong to the rectangle that holds it, and, unless read, the notes. */
function shown(state: Record<string, unknown> | null, reading: Reading) {
  if (state === null) return null;
  const { validFrom: _from, validTo: _to, knownFrom: _known, notes, upcoming, ...rest } = state;
  return reading === withNotes ? { ...rest, notes, upcoming } : rest;
}

function expectedChange(matter: string, before: Expected | null, after: Expected | null) {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const change = before === null ? 'appeared' : after === null ? 'went' : 'changed';
  return [{ matter, change, before: before?.view ?? null, after: after?.view ?? null }];
}

type Situation = Map<string, Expected | null>;

const zero = { value: 0, possible: 0, low: 0, high: 0 };

/** The rows of a situation's totals, by what they are about. */
function rowsOf(situation: Situation, asOf: Instant): Map<string, typeof zero> {
  const counted = [...situation].flatMap(([matter, at]) => {
    if (at === null) return [];
    const certainty = at.state.certainFrom <= asOf ? ('certain' as const) : ('possible' as const);
    return [{ matter, state: at.state, certainty }];
  });
  const rows = [...totalsOf(counted, builtInKinds)].flatMap(([panel, totals]) =>
    totals.map(
      ({ actor, of, unit, ...amounts }) => [JSON.stringify([panel, actor, of, unit]), amounts] as const,
    ),
  );
  return new Map(rows);
}

function expectedTotals(before: Map<string, typeof zero>, after: Map<string, typeof zero>) {
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((key) => ({ key, before: before.get(key) ?? zero, after: after.get(key) ?? zero }))
    .filter((row) => JSON.stringify(row.before) !== JSON.stringify(row.after))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

function totalsView({ totals }: Part) {
  return totals
    .map(({ panel, actor, of, unit, before, after }) => ({
      key: JSON.stringify([panel, actor, of, unit]),
      before,
      after,
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

interface Pair {
  asOf: [Instant, Instant];
  knownAt: [number, number];
}

const queryOf = ({ asOf, knownAt }: Pair) =>
  `fromAsOf=${iso(asOf[0])}&toAsOf=${iso(asOf[1])}&fromKnownAt=${knownAt[0]}&toKnownAt=${knownAt[1]}`;

/** Holds an answer against the situations that it tells apart, each worked out from the raw entries. */
function expectDifference(
  diff: Diff,
  matters: Map<string, Recorded[]>,
  { asOf, knownAt }: Pair,
  read: Reading,
) {
  const points = [
    [asOf[0], knownAt[0]],
    [asOf[0], knownAt[1]],
    [asOf[1], knownAt[1]],
  ] as const;
  const situations = points.map(
    (point): Situation =>
      new Map([...matters].map(([matter, entries]) => [matter, read(entries, matter, ...point)])),
  );
  [diff.knowledge, diff.world].forEach((part, at) => {
    const [before, after] = [situations[at]!, situations[at + 1]!];
    const expected = [...matters.keys()].flatMap((matter) =>
      expectedChange(matter, before.get(matter)!, after.get(matter)!),
    );
    const beside = ['notes', 'upcoming'];
    const told = part.changes
      .filter(({ change, fields }) => {
        return read === withNotes || change !== 'changed' || fields.some((field) => !beside.includes(field));
      })
      .map(({ matter, change, before: was, after: is }) => {
        return { matter, change, before: shown(was, read), after: shown(is, read) };
      });
    expect(told).toEqual(expected);
    const [old, fresh] = [rowsOf(before, points[at]![0]), rowsOf(after, points[at + 1]![0])];
    expect(totalsView(part)).toEqual(expectedTotals(old, fresh));
  });
}

/** What begins within the stretch is told, and else only what became certain in it. */
function expectWorldCauses({ world }: Diff, matters: Map<string, Recorded[]>, { asOf, knownAt }: Pair) {
  const [after, upTo] = [Math.min(...asOf), Math.max(...asOf)];
  for (const { matter, causes, before, after: is } of world.changes) {
    let account = openAccount(matter, builtInKinds);
    for (const entry of matters.get(matter)!) {
      if (entry.position <= knownAt[1]) ({ account } = record(account, entry));
    }
    const begun = itemsOf(account).filter(
      (item) => counts(item) && beginOf(item) > after && beginOf(item) <= upTo,
    );
    const told = causes.map(({ id }) => id);
    if (begun.length <= 20) expect(told).toEqual(expect.arrayContaining(begun.map(({ id }) => id)));
    const certain = [before, is].flatMap((state) => [
      state?.['lastDevelopment'],
      (state?.['notes'] as { id: string }[] | undefined)?.at(-1)?.id,
    ]);
    const known = [...begun.map(({ id }) => id), ...certain];
    expect(known).toEqual(expect.arrayContaining(told));
    expect(told.length).toBeGreaterThan(0);
  }
}

/**
 * Each cause turned the account of the instant into another, and what turned it is told. What is said of a note may
 * come to show later, when another note goes.
 */
function expectKnowledgeCauses(
  { knowledge }: Diff,
  matters: Map<string, Recorded[]>,
  { asOf, knownAt }: Pair,
) {
  const [after, upTo] = [Math.min(...knownAt), Math.max(...knownAt)];
  for (const { matter, causes, before, after: is } of knowledge.changes) {
    const entries = matters.get(matter)!;
    const at = (read: Reading, position: number) => JSON.stringify(read(entries, matter, asOf[0], position));
    const turns = (read: Reading) =>
      entries
        .map(({ position }) => position)
        .filter((position) => position > after && position <= upTo)
        .filter((position) => at(read, position) !== at(read, position - 1));
    const told = causes.map(({ position }) => position);
    const notes = [before, is].flatMap((state) =>
      [state?.['notes'] ?? [], state?.['upcoming'] ?? []].flat().map((note) => (note as { id: string }).id),
    );
    const aboutNotes = entries
      .filter(({ content: { id, target } }: any) => notes.includes(id) || notes.includes(target))
      .map(({ position }) => position);
    expect([...turns(withNotes), ...aboutNotes]).toEqual(expect.arrayContaining(told));
    expect(told).toEqual(expect.arrayContaining(turns(stateAlone)));
    expect(told.length).toBeGreaterThan(0);
  }
}

function pairsIn(history: Recorded[]): fc.Arbitrary<Pair> {
  const instants = fc.constantFrom(...turningPoints(history).filter(Number.isFinite));
  const positions = fc.nat(history.length - 1);
  return fc.record({ asOf: fc.tuple(instants, instants), knownAt: fc.tuple(positions, positions) });
}

describe('a diff', () => {
  /** A thousand take some five minutes: DIFF_PAIRS=1000, or DIFF_PAIRS=250 with each DIFF_SEED of 1 to 4. */
  const pairs = Number(process.env['DIFF_PAIRS'] ?? 60);
  const seed = Number(process.env['DIFF_SEED'] ?? 1);
  it('of two points of a history of 5,000 developments is the difference of the replayed situations', async () => {
    const history = longHistory(5_000, 20250829);
    expect(history).toHaveLength(5_000);
    const slug = await post(history);
    const matters = byMatter(history);
    for (const pair of fc.sample(pairsIn(history), { numRuns: pairs, seed })) {
      expectDifference(await ask(slug, queryOf(pair)), matters, pair, stateAlone);
    }
  }, 900_000);

  it('tells notes, totals and causes of random histories as the naive fold has them', async () => {
    const withPairs = histories({ entries: 40, matters: 4 })
      .filter((history) => turningPoints(history).some(Number.isFinite))
      .chain((history) =>
        fc.tuple(fc.constant(history), fc.array(pairsIn(history), { minLength: 8, maxLength: 8 })),
      );
    await fc.assert(
      fc.asyncProperty(withPairs, async ([history, pairs]) => {
        const slug = await post(history);
        const matters = byMatter(history);
        for (const pair of pairs) {
          const diff = await ask(slug, queryOf(pair));
          expectDifference(diff, matters, pair, withNotes);
          expectWorldCauses(diff, matters, pair);
          expectKnowledgeCauses(diff, matters, pair);
        }
      }),
      { numRuns: 15, endOnFailure: true },
    );
  }, 300_000);

  it('tells what counts of all that begins, however much of it was taken back', async () => {
    const slug = `diff-${serial++}`;
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug })
      .expect(201);
    const wrong = Array.from({ length: 30 }, (_, n) => `wrong-${n}`);
    const attribution = { by: 'our-desk', record: 'on-record' };
    await server.http
      .post(`/v1/timelines/${slug}/developments`)
      .send([
        development({ id: 'right', occurred: '2025-08-11' }),
        ...wrong.map((id) => development({ id, occurred: '2025-08-12' })),
        ...wrong.map((target) => ({ type: 'record.retracted', target, reason: 'Another one', attribution })),
      ])
      .expect(201);
    const { world } = await ask(slug, 'fromAsOf=2025-08-01&toAsOf=2025-08-21');
    expect(world.changes.flatMap(({ causes }) => causes.map(({ id }) => id))).toEqual(['right']);
  });

  describe('where very much was recorded', () => {
    const attribution = { by: 'our-desk', record: 'on-record' };
    const many = <T>(length: number, make: (n: number) => T) => Array.from({ length }, (_, n) => make(n));
    const idsOf = ({ changes }: Part, matter: string) =>
      changes
        .filter((change) => change.matter === matter)
        .flatMap(({ causes }) => causes.map(({ id }) => id));

    async function postTo(slug: string, bodies: object[]): Promise<void> {
      await server.http.post(`/v1/timelines/${slug}/developments`).send(bodies).expect(201);
    }

    async function begin(bodies: object[]): Promise<string> {
      const slug = `diff-${serial++}`;
      await server.http
        .post('/v1/timelines')
        .send({ ...timeline, slug, timezone: 'UTC' })
        .expect(201);
      await postTo(slug, bodies);
      return slug;
    }

    it('tells the last in fold order of what begins at once, and the same when more does later', async () => {
      const onOneDay = (id: string) => development({ id, occurred: '2025-08-01' });
      const slug = await begin([
        development({ id: 'month', occurred: '2025-08' }),
        ...many(60, (n) => onOneDay(`day-${n}`)),
      ]);
      const query = 'fromAsOf=2025-07-15T00:00:00Z&toAsOf=2025-08-10T00:00:00Z&fromKnownAt=60&toKnownAt=60';
      const before = await ask(slug, query);
      const [change] = before.world.changes;
      // All begin on the first; the one that may have been latest comes last.
      expect(change!.causes.map(({ id }) => id)).toEqual([...many(19, (n) => `day-${n + 41}`), 'month']);
      await postTo(
        slug,
        many(900, (n) => onOneDay(`later-${n}`)),
      );
      expect(await ask(slug, query)).toEqual(before);
    });

    it.each([
      ['few', 0],
      ['many', 1_000],
    ])(
      'tells the correction behind a hundred reports that only moved the end of the stretch, %s entries later',
      async (_, others) => {
        const lateReport = (n: number) =>
          development({
            id: `late-${n}`,
            occurred: new Date(Date.UTC(2026, 1, 17 - n)).toISOString().slice(0, 10),
          });
        const slug = await begin([
          development({ id: 'first', occurred: '2025-08-01' }),
          {
            id: 'fix',
            type: 'record.corrected',
            target: 'first',
            reason: 'A better title',
            replacement: { title: 'Corrected' },
            attribution,
          },
          ...many(100, lateReport),
        ]);
        for (let from = 0; from < others; from += 500)
          await postTo(
            slug,
            many(500, (n) =>
              development({ id: `other-${from + n}`, matter: 'other', occurred: '2025-08-02' }),
            ),
          );
        const query = `fromAsOf=2025-08-01T12:00:00Z&toAsOf=2025-08-01T12:00:00Z&fromKnownAt=0&toKnownAt=${101 + others}`;
        const { knowledge } = await ask(slug, query);
        expect(idsOf(knowledge, 'us-reward-maduro')).toEqual(['fix']);
      },
    );

    it('tells of a note what moved it beside the instant, and not what happened to it elsewhere', async () => {
      const decide = (type: string, more: object = {}) => ({
        ...{ type: `record.${type}`, target: 'denied', reason: 'A second look', attribution },
        ...more,
      });
      const slug = await begin([
        development({ id: 'base', occurred: '2025-01-01' }),
        development({ id: 'denied', occurred: '2025-03-01', mode: 'negated' }),
        decide('corrected', { replacement: { title: 'Never offered' } }),
        decide('held'),
        decide('released'),
        decide('corrected', { id: 'moved', replacement: { occurred: '2025-01-05' } }),
      ]);
      const { knowledge } = await ask(slug, 'fromAsOf=2025-02-01&toAsOf=2025-02-01&fromKnownAt=0');
      expect(idsOf(knowledge, 'us-reward-maduro')).toEqual(['moved']);
    });

    it('tells a reader what may be told, however much was withheld since', async () => {
      const decide = (n: number) => ({
        type: n % 2 === 0 ? 'record.held' : 'record.released',
        target: 'doubted',
        reason: 'A second look',
        attribution,
      });
      const slug = await begin([
        development({ id: 'base', occurred: '2025-08-01' }),
        ...many(10, (n) => development({ id: `day-${n}`, occurred: '2025-08-02', title: `Report ${n}` })),
        development({ id: 'doubted', occurred: '2025-08-03' }),
        ...many(23, decide),
      ]);
      const query = 'fromAsOf=2025-09-01&toAsOf=2025-09-01&fromKnownAt=0&limit=1000';
      const { body } = await server.anonymous.get(`/v1/timelines/${slug}/diff?${query}`).expect(200);
      const [change] = (body as Diff).knowledge.changes;
      expect(change!.causes.map(({ id }) => id)).toEqual(many(10, (n) => `day-${n}`));
      expect(change).toMatchObject({ moreCauses: false });
    });
  });

  describe('of a story', () => {
    let slug: string;
    const at = (query: string) => ask(slug, query);
    const troops = (value: number) => ({ quantities: [{ of: 'troops', value, unit: 'person' }] });
    const post = (body: object) =>
      server.http.post(`/v1/timelines/${slug}/developments`).send(body).expect(201);

    beforeAll(async () => {
      slug = `diff-${serial++}`;
      await server.http
        .post('/v1/timelines')
        .send({ ...timeline, slug })
        .expect(201);
      const deployment = { matter: 'south', type: 'deployment.underway', actors: ['army'] };
      await post([
        development({
          id: 'a',
          ...deployment,
          title: 'Troops move',
          occurred: '2025-08-10',
          ...troops(4_000),
        }),
        development({ id: 'b', matter: 'reward', occurred: '2025-08-10' }),
        development({
          id: 'c',
          ...deployment,
          title: 'More troops',
          occurred: '2025-08-20',
          ...troops(15_000),
        }),
      ]);
      await post({
        id: 'fix',
        type: 'record.corrected',
        target: 'a',
        reason: 'The ministry had counted the drivers',
        replacement: troops(3_000),
        attribution: { by: 'our-desk', record: 'on-record' },
      });
    });

    it('says what the world brought, by which development, and what it makes of the totals', async () => {
      const { knowledge, world } = await at('fromAsOf=2025-08-01&toAsOf=2025-08-21&fromKnownAt=3');
      expect(knowledge).toEqual({ totals: [], changes: [] });
      expect(world.changes.map(({ matter, change }) => [matter, change])).toEqual([
        ['reward', 'appeared'],
        ['south', 'appeared'],
      ]);
      expect(world.changes[1]!.causes.map(({ id }) => id)).toEqual(['a', 'c']);
      expect(world.totals).toMatchObject([
        { panel: 'forces', actor: 'army', of: 'troops', before: { value: 0 }, after: { value: 15_000 } },
      ]);
    });

    it('says what became known of one instant, by which correction, and why', async () => {
      const { knowledge, world } = await at(
        'fromAsOf=2025-08-15&toAsOf=2025-08-15&fromKnownAt=2&toKnownAt=3',
      );
      expect(world).toEqual({ totals: [], changes: [] });
      const [change] = knowledge.changes;
      expect(change).toMatchObject({ matter: 'south', change: 'changed', fields: ['quantities'] });
      expect(change!.causes).toMatchObject([
        {
          id: 'fix',
          target: 'a',
          reason: 'The ministry had counted the drivers',
          recordedBy: expect.any(String),
        },
      ]);
      expect(knowledge.totals).toMatchObject([{ before: { value: 4_000 }, after: { value: 3_000 } }]);
    });

    it('runs backwards on either clock', async () => {
      const forwards = await at('fromAsOf=2025-08-01&toAsOf=2025-08-21&fromKnownAt=3&toKnownAt=3');
      const backwards = await at('fromAsOf=2025-08-21&toAsOf=2025-08-01&fromKnownAt=3&toKnownAt=3');
      expect(backwards.world.changes.map(({ change }) => change)).toEqual(['went', 'went']);
      expect(backwards.world.changes.map(({ causes }) => causes)).toEqual(
        forwards.world.changes.map(({ causes }) => causes),
      );
    });

    it('is of nothing where no point is named: all four are now', async () => {
      const { body } = await server.http.get(`/v1/timelines/${slug}/diff`).expect(200);
      expect(body).toMatchObject({ knowledge: { changes: [] }, world: { changes: [] }, next: null });
    });

    it('comes in pages of matters, with the totals of all on each', async () => {
      const query = 'fromAsOf=2025-08-01&toAsOf=2025-08-21&limit=1';
      const first = await server.http.get(`/v1/timelines/${slug}/diff?${query}`).expect(200);
      const next = (first.body as Diff).next!;
      expect(first.headers['link']).toContain('rel="next"');
      const second = await server.http.get(`/v1/timelines/${slug}/diff?${query}&after=${next}`).expect(200);
      const pages = [first.body, second.body] as Diff[];
      expect(pages.map(({ world }) => world.changes.map(({ matter }) => matter))).toEqual([
        ['reward'],
        ['south'],
      ]);
      expect(pages[0]!.world.totals).toEqual(pages[1]!.world.totals);
      expect(pages[1]!.next).toBeNull();
    });

    it.each(['fromAsOf', 'toAsOf', 'fromKnownAt', 'toKnownAt'])(
      'names %s where it is at fault',
      async (name) => {
        const { body } = await server.http.get(`/v1/timelines/${slug}/diff?${name}=yesterday`).expect(400);
        expect(body).toMatchObject({ code: 'invalid-parameter', parameter: name });
      },
    );
  });
});
