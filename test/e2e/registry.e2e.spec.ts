import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

let server: TestServer;
let story: string;
let serial = 0;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function open(...bodies: object[]): Promise<void> {
  story = `/v1/timelines/registry-${serial++}`;
  const timeline = { slug: story.slice(14), title: story, timezone: 'UTC', visibility: 'public' };
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  await post(...bodies);
}

async function post(...bodies: object[]): Promise<void> {
  await server.http.post(`${story}/developments`).send(bodies).expect(201);
}

async function get(path: string) {
  return (await server.http.get(`${story}/${path}`).expect(200)).body;
}

const attribution = { by: 'our-desk', record: 'publisher' };
const entry = (type: string, registry: object, more: object = {}) => ({
  type,
  registry,
  attribution,
  ...more,
});
const ships = (id: string, actor: string, value: number) =>
  development({
    id,
    type: 'deployment.underway',
    matter: `ships-of-${actor}`,
    title: 'Ships are under way',
    occurred: '2025-08-01',
    actors: [actor],
    recipients: ['somebody'],
    places: [{ ref: 'the-bay', precision: 'vicinity' }],
    quantities: [{ of: 'warships', value, unit: 'ship' }],
  });
const at = 'asOf=2025-09-01T00:00:00Z';

describe('a merge of two actors', () => {
  /** 0 and 1: ships; 2 and 3: names; 4: the merge; 5: the split. */
  beforeAll(async () => {
    await open(
      ships('S-1', 'navy', 3),
      ships('S-2', 'armada', 4),
      entry('actor.registered', { slug: 'navy', name: 'The Navy', aliases: ['the fleet'] }),
      entry('actor.registered', { slug: 'armada', name: 'La Armada', actorType: 'public-body' }),
      entry('actor.merged', { slug: 'armada', into: 'navy' }),
      entry('actor.split', { slug: 'armada' }),
    );
  });

  const totals = async (knownAt: number) =>
    (await get(`situation?${at}&knownAt=${knownAt}`)).panels[0].totals.map(
      ({ actor, value }: { actor: string; value: number }) => [actor, value],
    );
  const found = async (actor: string, knownAt: number) =>
    (await get(`situation?${at}&knownAt=${knownAt}&actor=${actor}`)).panels.flatMap(
      ({ matters }: { matters: { matter: string }[] }) => matters.map(({ matter }) => matter),
    );

  it('joins their totals while it is known, and neither before nor after the split', async () => {
    expect(await totals(3)).toEqual([
      ['armada', 4],
      ['navy', 3],
    ]);
    expect(await totals(4)).toEqual([['navy', 7]]);
    expect(await totals(5)).toEqual(await totals(3));
  });

  it('is told by a diff as a change of totals that no matter made', async () => {
    const { knowledge } = await get(
      'diff?fromAsOf=2025-09-01T00:00:00Z&toAsOf=2025-09-01T00:00:00Z&fromKnownAt=3&toKnownAt=4',
    );
    expect(knowledge).toMatchObject({
      changes: [],
      totals: [
        { actor: 'armada', before: { value: 4 }, after: { value: 0 } },
        { actor: 'navy', before: { value: 3 }, after: { value: 7 } },
      ],
    });
  });

  it('lets either name find the matters of both, as known then', async () => {
    expect(await found('navy', 3)).toEqual(['ships-of-navy']);
    expect(await found('navy', 4)).toEqual(['ships-of-armada', 'ships-of-navy']);
    expect(await found('armada', 4)).toEqual(['ships-of-armada', 'ships-of-navy']);
    expect(await found('armada', 5)).toEqual(['ships-of-armada']);
  });

  it('leaves states as they were recorded, so that a pinned answer without totals of theirs is the same', async () => {
    const matter = (knownAt: number) => get(`matters/ships-of-armada?${at}&knownAt=${knownAt}`);
    const { knownAt: _, ...before } = await matter(3);
    const { knownAt: __, ...merged } = await matter(4);
    expect(merged).toEqual(before);
    expect(merged.actors).toEqual(['armada']);
  });

  it('shows the actor under either name, with all that concerns it', async () => {
    const actor = await get(`actors/armada?${at}&knownAt=4`);
    expect(actor).toMatchObject({
      actor: 'armada',
      identity: 'navy',
      names: ['armada', 'navy'],
      registered: true,
      name: 'The Navy',
      aliases: ['La Armada', 'the fleet'],
      totals: [{ panel: 'forces', actor: 'navy', of: 'warships', value: 7 }],
    });
    expect(actor.matters).toMatchObject([
      { matter: 'ships-of-armada', roles: ['actor'], phase: 'underway' },
      { matter: 'ships-of-navy', roles: ['actor'] },
    ]);
    expect(actor.developments.items.map(({ id }: { id: string }) => id)).toEqual(['S-1', 'S-2']);
    expect(await get(`actors/armada?${at}&knownAt=5`)).toMatchObject({
      identity: 'armada',
      name: 'La Armada',
    });
    expect(await get(`actors/armada?${at}&knownAt=1`)).toMatchObject({ registered: false, name: null });
    expect(await get(`actors/somebody?${at}`)).toMatchObject({ matters: [{ roles: ['recipient'] }, {}] });
  });

  it('is told in the list of actors', async () => {
    const list = async (knownAt: number) =>
      (await get(`actors?knownAt=${knownAt}`)).items.map(({ slug, identity }: Record<string, string>) => [
        slug,
        identity,
      ]);
    expect(await list(2)).toEqual([['navy', 'navy']]);
    expect(await list(4)).toEqual([
      ['armada', 'navy'],
      ['navy', 'navy'],
    ]);
  });

  it('makes the log’s filter find both, while it holds', async () => {
    await open(
      ships('S-1', 'navy', 3),
      ships('S-2', 'armada', 4),
      entry('actor.merged', { slug: 'armada', into: 'navy' }, { id: 'M' }),
    );
    const log = async () => (await get('developments?actor=navy')).items.map(({ id }: { id: string }) => id);
    expect(await log()).toEqual(['S-1', 'S-2']);
    await post({ type: 'record.retracted', target: 'M', reason: 'Two navies after all', attribution });
    expect(await log()).toEqual(['S-1']);
    await post({ type: 'record.reinstated', target: 'M', reason: 'One after all', attribution });
    expect(await log()).toEqual(['S-1', 'S-2']);
  });

  it('that closes a circle changes nothing', async () => {
    await open(
      ships('S-1', 'navy', 3),
      entry('actor.merged', { slug: 'armada', into: 'navy' }),
      entry('actor.merged', { slug: 'navy', into: 'armada' }),
    );
    expect(await get(`actors/navy?${at}`)).toMatchObject({ identity: 'navy', names: ['armada', 'navy'] });
  });

  it('is not corrected, since that would change nothing, but retracted or followed by another', async () => {
    await open({ id: 'R-1', ...entry('actor.registered', { slug: 'navy', name: 'The Navee' }) });
    const decide = (type: string, more: object = {}) =>
      server.http
        .post(`${story}/developments`)
        .send({ type, target: 'R-1', reason: 'Misspelt', attribution, ...more });
    const { body } = await decide('record.corrected', { replacement: { actors: ['navy'] } }).expect(422);
    expect(body).toMatchObject({ code: 'registry-stands', errors: [{ pointer: '/type' }] });
    await decide('record.retracted').expect(201);
    await post(entry('actor.registered', { slug: 'navy', name: 'The Navy' }));
    expect(await get(`actors/navy?${at}`)).toMatchObject({ name: 'The Navy', aliases: [] });
  });

  it('is refused a look at whom nobody knows', async () => {
    const { body } = await server.http.get(`${story}/actors/nobody`).expect(404);
    expect(body.code).toBe('unknown-actor');
    expect((await server.http.get(`${story}/places/nowhere`).expect(404)).body.code).toBe('unknown-place');
    expect((await server.http.get(`${story}/actors/No_Slug`).expect(404)).body.code).toBe('not-found');
  });
});

describe('an actor whose ships a later report tells of under another', () => {
  it('has the totals that the situation gives it, and the matter', async () => {
    await open(
      ships('S-1', 'navy', 4),
      development({
        id: 'S-2',
        type: 'deployment.reinforced',
        matter: 'ships-of-navy',
        title: 'More are to come',
        occurred: '2025-08-05',
        actors: ['ministry'],
      }),
    );
    const [{ panel, totals }] = (await get(`situation?${at}`)).panels;
    expect(totals).toMatchObject([{ actor: 'navy', of: 'warships', value: 4 }]);
    const navy = await get(`actors/navy?${at}`);
    expect(navy.totals).toEqual([{ panel, ...totals[0] }]);
    expect(navy.matters).toMatchObject([
      { matter: 'ships-of-navy', roles: ['actor'], lastDevelopment: 'S-2' },
    ]);
    expect(await get(`actors/ministry?${at}`)).toMatchObject({ totals: [], matters: [{ roles: ['actor'] }] });
  });
});

describe('the developments of an actor, and of a place', () => {
  const far = '2999-01-01T00:00:00Z';
  const decided = (type: string, target: string, more: object = {}) => ({
    ...{ type: `record.${type}`, target, reason: 'The desk looked again', attribution },
    ...more,
  });
  const corrected = (target: string, replacement: object) => decided('corrected', target, { replacement });
  const idsOf = ({ developments }: { developments: { items: { id: string }[] } }) =>
    developments.items.map(({ id }) => id);
  /** Of all pages, one by one. */
  async function listed(path: string, query: string, limit = 100): Promise<string[]> {
    const ids: string[] = [];
    for (let after = ''; ;) {
      const page = await get(`${path}?${query}&limit=${limit}${after}`);
      ids.push(...idsOf(page));
      if (page.developments.next === null) return ids;
      after = `&after=${page.developments.next}`;
    }
  }

  it('are those that were told then, whatever was held or released since', async () => {
    await open(
      ships('S-1', 'navy', 3),
      { ...ships('S-2', 'navy', 4), embargoedUntil: far },
      entry('actor.registered', { slug: 'navy', name: 'The Navy' }),
    );
    const pinned = ['actors/navy', 'places/the-bay'].map((path) => `${story}/${path}?${at}&knownAt=2`);
    const ask = () => Promise.all(pinned.map(async (path) => (await server.anonymous.get(path)).text));
    const before = await ask();
    for (const text of before) expect(idsOf(JSON.parse(text))).toEqual(['S-1']);
    await post(decided('held', 'S-1'), decided('embargo-lifted', 'S-2'));
    expect(await ask()).toEqual(before);
    const { body } = await server.anonymous.get(`${story}/actors/navy?${at}`).expect(200);
    expect(idsOf(body)).toEqual(['S-2']);
  });

  it('do not tell readers the words of what was held later, though they tell that it was there', async () => {
    const words = { text: 'Said in confidence', quote: { text: 'In confidence', speaker: 'navy' } };
    await open({ ...ships('S-1', 'navy', 3), ...words }, ships('S-2', 'army', 3));
    const ask = async (http = server.anonymous) => {
      const { body } = await http.get(`${story}/actors/navy?${at}&knownAt=1`).expect(200);
      return body.developments.items as object[];
    };
    const before = await ask();
    expect(before).toMatchObject([{ id: 'S-1', title: 'Ships are under way', actors: ['navy'] }]);
    await post(decided('held', 'S-1'));
    await server.anonymous.get(`${story}/developments/S-1`).expect(404);
    expect(await ask()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain('confidence');
    expect(await ask(server.http)).toMatchObject([words]);
  });

  it('do not tell of whom only what is withheld names', async () => {
    await open({ ...ships('S-1', 'navy', 3), embargoedUntil: far }, ships('S-2', 'army', 3));
    await server.anonymous.get(`${story}/actors/navy?${at}`).expect(404);
    await post(decided('held', 'S-2'));
    await server.anonymous.get(`${story}/actors/army?${at}`).expect(404);
    expect(idsOf((await server.anonymous.get(`${story}/actors/army?${at}&knownAt=1`)).body)).toEqual(['S-2']);
  });

  it('are those that name it as corrected, count, and have begun', async () => {
    await open(
      ships('S-1', 'navy', 3),
      ships('S-2', 'ministry', 4),
      ships('S-3', 'army', 5),
      corrected('S-2', { actors: ['navy'], places: [{ ref: 'the-cape', precision: 'exact' }] }),
      decided('retracted', 'S-1'),
      corrected('S-3', { occurred: '2025-08-20', recipients: ['navy'] }),
      decided('reinstated', 'S-1'),
      corrected('S-2', { actors: null, occurred: '2025-08-30', places: null }),
    );
    const navy = (knownAt: number, asOf = '2025-09-01') =>
      listed('actors/navy', `asOf=${asOf}&knownAt=${knownAt}`, 1);
    expect(await navy(2)).toEqual(['S-1']);
    expect(await navy(3)).toEqual(['S-1', 'S-2']);
    expect(await navy(4)).toEqual(['S-2']);
    expect(await navy(5)).toEqual(['S-2', 'S-3']);
    expect(await navy(6)).toEqual(['S-1', 'S-2', 'S-3']);
    expect(await navy(6, '2025-08-18')).toEqual(['S-1', 'S-2']);
    expect(await navy(6, '1990-01-01')).toEqual([]);
    expect(await navy(7)).toEqual(['S-1', 'S-3']);
    const ministry = `${story}/actors/ministry?${at}&knownAt`;
    await server.http.get(`${ministry}=2`).expect(200);
    expect((await server.http.get(`${ministry}=3`).expect(404)).body.code).toBe('unknown-actor');
    expect(await listed('places/the-cape', `${at}&knownAt=6`)).toEqual(['S-2']);
    expect(await listed('places/the-bay', `${at}&knownAt=6`)).toEqual(['S-1', 'S-3']);
    await server.http.get(`${story}/places/the-cape?${at}`).expect(404);
  });

  it('are none of somebody whom nothing names, however much the desk decided', async () => {
    await open(ships('S-1', 'navy', 3), ships('S-2', 'navy', 3));
    for (let n = 0; n < 6; n++) {
      await post(...Array.from({ length: 1_000 }, () => decided('confirmed', n < 3 ? 'S-1' : 'S-2')));
    }
    await post(corrected('S-2', { actors: ['army'] }));
    await server.http.get(`${story}/actors/nobody?${at}`).expect(404);
    expect(idsOf(await get(`actors/army?${at}`))).toEqual(['S-2']);
  });

  it('have short pages where much of what is looked at is none of them', async () => {
    await open(ships('S-1', 'navy', 3));
    const many = Array.from({ length: 1_000 }, (_, n) => n);
    const report = (n: number) => development({ id: `R-${n}`, matter: `r${n}`, actors: ['navy'] });
    const retracted = (n: number) => decided('retracted', `R-${n}`, { id: `X-${n}` });
    for (const from of [0, 1_000]) {
      await post(...many.map((n) => report(from + n)));
      await post(...many.map((n) => retracted(from + n)));
    }
    await post(ships('S-2', 'navy', 4), ships('S-3', 'army', 5), corrected('S-3', { actors: ['navy'] }));
    const first = await get(`actors/navy?${at}`);
    expect(idsOf(first)).toEqual(['S-1']);
    expect(first.developments.next).not.toBeNull();
    expect(await listed('actors/navy', at)).toEqual(['S-1', 'S-2', 'S-3']);
  }, 60_000);
});

describe('a place', () => {
  it('is shown with what is there, registered or not', async () => {
    await open(ships('S-1', 'navy', 3));
    expect(await get(`places/the-bay?${at}`)).toMatchObject({
      registered: false,
      matters: [{ matter: 'ships-of-navy', roles: ['place'] }],
      developments: { items: [{ id: 'S-1' }], next: null },
    });
    const geometry = { type: 'Point', coordinates: [-66, 10.6] };
    await post(entry('place.registered', { slug: 'the-bay', name: 'The Bay', geometry, country: 'VE' }));
    expect(await get(`places/the-bay?${at}`)).toMatchObject({ name: 'The Bay', geometry, country: 'VE' });
    expect((await get('places')).items).toEqual([
      { slug: 'the-bay', name: 'The Bay', aliases: [], geometry, country: 'VE' },
    ]);
  });
});
