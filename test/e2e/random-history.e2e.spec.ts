import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { builtInKinds, isWorld, type Note, type Recorded, type SlotState } from '#libs/chronology';
import {
  naiveFolded,
  naiveNaming,
  naiveNotes,
  naiveState,
  naiveTotals,
  naiveUpcoming,
} from '../support/naive/index.js';
import { histories, toPosts, turningPoints } from '../support/random-history.js';
import { startTestServer, type TestServer } from '../support/server.js';

let server: TestServer;
let serial = 0;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

/** Posts a history to a timeline of its own, one by one or in arrays, and gives the timeline. */
async function post(history: Recorded[], atOnce: number): Promise<string> {
  const slug = `random-${serial++}`;
  await server.http
    .post('/v1/timelines')
    .send({ slug, title: slug, timezone: 'UTC', visibility: 'public' })
    .expect(201);
  const bodies = toPosts(history);
  for (let from = 0; from < bodies.length; from += atOnce) {
    const some = bodies.slice(from, from + atOnce);
    const { body } = await server.http
      .post(`/v1/timelines/${slug}/developments`)
      .send(some.length === 1 ? some[0] : some)
      .expect(201);
    const receipts = [body].flat() as { position: number; version: number }[];
    expect(receipts.map(({ position, version }) => [position, version])).toEqual(
      history.slice(from, from + atOnce).map(({ position, version }) => [position, version]),
    );
  }
  return slug;
}

const iso = (instant: number) => (Number.isFinite(instant) ? new Date(instant).toISOString() : null);

const noteView = ({ bounds, ...note }: Note) => ({
  ...note,
  bounds: { earliest: iso(bounds.earliest), latest: iso(bounds.latest) },
});

/** What the situation must say of a matter, slots aside. */
function expectedMatter(state: SlotState, matter: string, asOf: number, notes: Note[], upcoming: Note[]) {
  return {
    ...state,
    matter,
    panel: builtInKinds.get(state.kind)!.panel,
    certainty: state.certainFrom <= asOf ? 'certain' : 'possible',
    certainFrom: iso(state.certainFrom),
    quantities: state.quantities.map(({ actor: _actor, ...quantity }) => quantity),
    notes: notes.map(noteView),
    upcoming: upcoming.map(noteView),
  };
}

/** Histories, and points of each. */
function pointed(count: number) {
  return histories({ entries: 30, matters: 4 })
    .filter((history) => turningPoints(history).some(Number.isFinite))
    .chain((history) => {
      const asOf = fc.constantFrom(...turningPoints(history).filter(Number.isFinite));
      const knownAt = fc.nat(history.length - 1);
      const points = fc.array(fc.record({ asOf, knownAt }), { minLength: count, maxLength: count });
      return fc.tuple(fc.constant(history), points);
    });
}

type Item = Record<string, unknown>;

/** The items of a list, page by page. */
async function allPages(
  path: string,
  listOf: (body: any) => { items: Item[]; next: string | null } = (body) => body,
): Promise<Item[]> {
  const all: Item[] = [];
  for (let after = ''; ;) {
    const { body } = await server.http.get(`${path}${after}`).expect(200);
    const { items, next } = listOf(body);
    all.push(...items);
    if (next === null) return all;
    after = `&after=${next}`;
  }
}

/** A version of an account, and the positions of what made and ended it. */
function stretchOf({ knownFrom, knownTo, madeBy, endedBy, ...state }: any) {
  return {
    from: knownFrom.position as number,
    to: (knownTo?.position ?? null) as number | null,
    made: madeBy.position as number,
    ended: (endedBy?.position ?? null) as number | null,
    state: state as object,
  };
}

interface Situation {
  panels: { panel: string; totals: unknown[]; matters: Record<string, unknown>[] }[];
}

describe('random histories over HTTP', () => {
  it('give the situations, notes and totals of the naive fold at any asOf and knownAt', async () => {
    const point = fc.record({ asOf: fc.nat(), knownAt: fc.nat() });
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 30, matters: 4 }).filter((history) => history.length > 0),
        fc.array(point, { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 1, max: 40 }),
        async (history, points, atOnce) => {
          const slug = await post(history, atOnce);
          const turns = turningPoints(history).filter(Number.isFinite);
          fc.pre(turns.length > 0);
          const worlds = history.filter(({ content }) => isWorld(content));
          const matters = [...new Set(worlds.map(({ content }) => content.matter))].sort();
          for (const pick of points) {
            const asOf = turns[pick.asOf % turns.length]!;
            const knownAt = pick.knownAt % history.length;
            const at = `asOf=${new Date(asOf).toISOString()}&knownAt=${knownAt}`;
            const answer = await server.http
              .get(`/v1/timelines/${slug}/situation?includeClosed=true&${at}`)
              .expect(200);
            const { panels } = answer.body as Situation;
            const shown = panels
              .flatMap((panel) => panel.matters)
              .sort((a, b) => (a['matter']! < b['matter']! ? -1 : 1))
              .map(({ validFrom: _from, validTo: _to, knownFrom: _known, ...matter }) => matter);
            const args = (matter: string) => [history, builtInKinds, matter, asOf, knownAt] as const;
            const expected = matters.flatMap((matter) => {
              const state = naiveState(...args(matter));
              if (!state) return [];
              return [
                expectedMatter(
                  state,
                  matter,
                  asOf,
                  naiveNotes(...args(matter)),
                  naiveUpcoming(...args(matter)),
                ),
              ];
            });
            expect(shown).toEqual(expected);
            const totals = new Map(
              panels.flatMap((panel) => (panel.totals.length > 0 ? [[panel.panel, panel.totals]] : [])),
            );
            expect(totals).toEqual(naiveTotals(history, builtInKinds, asOf, knownAt));
            for (const { matter } of expected) {
              const one = await server.http
                .get(`/v1/timelines/${slug}/matters/${matter}?limit=1000&${at}`)
                .expect(200);
              const { items } = (one.body as { developments: { items: string[] } }).developments;
              expect(items).toEqual(naiveFolded(...args(matter)));
            }
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it('give what concerns an actor, as the naive fold has it at any asOf and knownAt', async () => {
    await fc.assert(
      fc.asyncProperty(pointed(5), async ([history, points]) => {
        const slug = await post(history, 10);
        for (const { asOf, knownAt } of points) {
          const totals = naiveTotals(history, builtInKinds, asOf, knownAt);
          for (const actor of ['us-navy', 've-government']) {
            const path = `/v1/timelines/${slug}/actors/${actor}`;
            const expected = naiveNaming(history, actor, asOf, knownAt);
            const query = `asOf=${iso(asOf)}&knownAt=${knownAt}`;
            const { body, status } = await server.http.get(`${path}?${query}`);
            if (status === 404) {
              expect(expected).toEqual([]);
              continue;
            }
            expect(body.totals).toEqual(
              [...totals].flatMap(([panel, rows]) =>
                rows.filter((row) => row.actor === actor).map((row) => ({ panel, ...row })),
              ),
            );
            const found = await allPages(`${path}?${query}&limit=2`, ({ developments }) => developments);
            expect(found.map(({ id }) => id)).toEqual(expected);
          }
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('give each version of an account, with the entry that made it, and no other', async () => {
    await fc.assert(
      fc.asyncProperty(pointed(3), async ([history, points]) => {
        const slug = await post(history, 10);
        const matters = [...new Set(history.map(({ content }) => content.matter))].filter(
          (matter) => !matter.includes('/'),
        );
        for (const { asOf, knownAt } of points) {
          for (const matter of matters) {
            const at = `axis=known&asOf=${iso(asOf)}&knownAt=${knownAt}`;
            const path = `/v1/timelines/${slug}/matters/${matter}/history?limit=2&${at}`;
            const { status } = await server.http.get(path);
            const versions = status === 404 ? [] : (await allPages(path)).map(stretchOf);
            for (let position = 0; position <= knownAt; position++) {
              const args = [history, builtInKinds, matter, asOf, position] as const;
              const state = naiveState(...args);
              const [told, ...others] = versions.filter(
                ({ from, to }) => from <= position && position < (to ?? Infinity),
              );
              expect(others).toEqual([]);
              if (!state) expect(told).toBeUndefined();
              else
                expect(told!.state).toMatchObject(
                  expectedMatter(state, matter, asOf, naiveNotes(...args), naiveUpcoming(...args)),
                );
            }
            versions.forEach(({ from, to, made, ended, state }, index) => {
              expect([made, ended]).toEqual([from, to]);
              const before = versions[index - 1];
              if (before?.to === from) expect(state).not.toEqual(before.state);
            });
          }
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
