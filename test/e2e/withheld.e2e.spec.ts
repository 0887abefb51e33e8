import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { DevelopmentFeed, GetDevelopment, ReadLog, seenOf, type Sight, wholeSight } from '#libs/timelines';
import { backfill } from '../../migrations/0006-withheld.js';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

const reader: Sight = { withheld: false, newsroom: false, salts: false };
const far = '2999-01-01T00:00:00Z';
let server: TestServer;
let serial = 0;
let story: string;

beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function open(...bodies: object[]): Promise<void> {
  story = `withheld-${serial++}`;
  const timeline = { slug: story, title: story, timezone: 'UTC', visibility: 'public' };
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  await post(...bodies);
}

async function post(...bodies: object[]): Promise<void> {
  await server.http.post(`/v1/timelines/${story}/developments`).send(bodies).expect(201);
}

const desk = (type: string, target: string, more: object = {}) => ({
  id: `${type}-${target}`,
  type: `record.${type}`,
  target,
  reason: `because-of-${type}`,
  attribution: { by: 'our-desk', record: 'on-record' },
  ...more,
});
const correction = (target: string, id: string) =>
  desk('corrected', target, { id, replacement: { title: 'Corrected words' } });

const queries = () => server.app.get(QueryBus);

async function log(sight: Sight, filter: object = {}) {
  const page = { timeline: story, limit: 100, order: 'asc' as const, ...filter };
  return queries().execute(new ReadLog({ ...page, sight }));
}
const ids = async (sight: Sight, filter: object = {}) => (await log(sight, filter)).items.map(({ id }) => id);
/** What a stream sends. */
const heard = async (sight: Sight) =>
  seenOf(await server.app.get(DevelopmentFeed).between(story, 0, 100), sight, 0).map(({ id }) => id);
const one = (sight: Sight, id: string) =>
  queries().execute(new GetDevelopment({ timeline: story, id, sight })) as Promise<{
    desk: { reason?: string }[];
  }>;

describe('what is held or under embargo', () => {
  it('is for the newsroom alone, with all that the desk decided about it', async () => {
    await open(
      development({ id: 'a', title: 'Open words' }),
      development({ id: 'b', title: 'Secret words', actors: ['secret-service'] }),
      correction('b', 'b1'),
      desk('held', 'b'),
      development({ id: 'c', title: 'Secret too', embargoedUntil: far }),
    );
    expect(await ids(wholeSight)).toEqual(['a', 'b', 'b1', 'held-b', 'c']);
    expect(await ids(reader)).toEqual(['a']);
    expect(await heard(wholeSight)).toEqual(['a', 'b', 'b1', 'held-b', 'c']);
    expect(await heard(reader)).toEqual(['a']);
    expect(await ids(reader, { q: 'words' })).toEqual(['a']);
    expect(await ids(reader, { actor: 'secret-service' })).toEqual([]);
    expect(await ids(reader, { type: 'record.held' })).toEqual([]);
    for (const id of ['b', 'b1', 'held-b', 'c']) {
      await expect(one(reader, id)).rejects.toMatchObject({ code: 'unknown-development' });
      await one(wholeSight, id);
    }
  });

  it('is seen again once it is released and its embargo lifted, not only one of the two', async () => {
    await open(development({ id: 'a', embargoedUntil: far }), desk('held', 'a'));
    await post(desk('released', 'a'));
    expect(await ids(reader)).toEqual([]);
    await post(desk('held', 'a', { id: 'again' }), desk('embargo-lifted', 'a'));
    expect(await ids(reader)).toEqual([]);
    await post(desk('released', 'a', { id: 'at-last' }), desk('embargo-lifted', 'a', { id: 'once-more' }));
    expect(await ids(reader)).toEqual(await ids(wholeSight));
    expect((await one(reader, 'a')).desk).toHaveLength(6);
  });

  it('is counted among no page: every page is full, and the last one says that it is', async () => {
    const secret = (id: string) => development({ id, embargoedUntil: far });
    const open5 = ['a', 'b', 'c', 'd', 'e'].map((id) => development({ id }));
    const secrets = Array.from({ length: 20 }, (_, i) => secret(`s${i}`));
    await open(open5[0]!, ...secrets, ...open5.slice(1), secret('last'));
    for (const filter of [{}, { kind: 'reward' }]) {
      const first = await log(reader, { limit: 3, ...filter });
      expect(first.items.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
      const second = await log(reader, { limit: 3, after: first.next!, ...filter });
      expect(second.items.map(({ id }) => id)).toEqual(['d', 'e']);
      expect(second.next).toBeNull();
      const back = await log(reader, { limit: 4, order: 'desc', ...filter });
      expect(back.items.map(({ id }) => id)).toEqual(['e', 'd', 'c', 'b']);
    }
  });

  it('leaves the reason to the newsroom when it is seen again, and no word of it can be searched for', async () => {
    await open(development({ id: 'a' }), desk('held', 'a'), desk('released', 'a'), desk('disputed', 'a'));
    const reasons = async (sight: Sight) => (await one(sight, 'a')).desk.map(({ reason }) => reason);
    expect(await reasons(wholeSight)).toEqual([
      'because-of-held',
      'because-of-released',
      'because-of-disputed',
    ]);
    expect(await reasons(reader)).toEqual([undefined, undefined, 'because-of-disputed']);
    expect(await ids(reader, { q: 'because held' })).toEqual([]);
    expect(await ids(reader, { q: 'because disputed' })).toEqual(['disputed-a']);
  });

  it('may be an entry of the registry', async () => {
    const attribution = { by: 'us', record: 'on-record' };
    const registry = { slug: 'ghost', name: 'A ghost', actorType: 'person' };
    await open({ id: 'r', type: 'actor.registered', registry, attribution }, desk('held', 'r'));
    expect(await ids(reader)).toEqual([]);
    await post(desk('released', 'r'));
    expect(await ids(reader)).toEqual(['r', 'held-r', 'released-r']);
  });

  it('stays as it was in answers at an earlier knownAt', async () => {
    await open(development({ id: 'a', title: 'Said before' }), desk('held', 'a'));
    const at = (knownAt: number) =>
      server.http.get(`/v1/timelines/${story}/matters/us-reward-maduro?asOf=2025-01-01&knownAt=${knownAt}`);
    const before = await at(0).expect(200);
    expect(before.body).toMatchObject({ title: 'Said before', developments: { items: ['a'] } });
    await at(1).expect(404);
  });

  it('is worked out of a ledger from before there was a record of it just so', async () => {
    const offset = { embargoedUntil: '2998-12-31t23:30:00.1239-23:59' };
    await open(
      development({ id: 'a', text: '"type":"record.held" is only said here' }),
      development({ id: 'b', embargoedUntil: far }),
      development({ id: 'c', ...offset }),
      development({ id: 'd', embargoedUntil: '2001-01-01T00:00:00Z' }),
      development({ id: 'e', embargoedUntil: '0000-01-01T00:00:00Z' }),
      ...['held', 'released'].map((type) => desk(type, 'a')),
      desk('held', 'b'),
      desk('embargo-lifted', 'c'),
      desk('held', 'd'),
      correction('d', 'd1'),
    );
    const owner = new pg.Pool({ connectionString: server.database.ownerUrl, max: 1 });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: owner }) });
    const read = async () => [
      (await owner.query('select * from decision order by timeline, position')).rows,
      (await owner.query('select * from withheld order by timeline, position')).rows,
    ];
    const written = await read();
    await owner.query('delete from decision; delete from withheld');
    await backfill(db);
    expect(await read()).toEqual(written);
    expect(written[0]!.length).toBeGreaterThan(5);
    await db.destroy();
  });
});
