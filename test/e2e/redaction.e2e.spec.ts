import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QueryBus } from '@nestjs/cqrs';
import pg from 'pg';
import { DevelopmentFeed, GetDevelopment, ReadLog, seenOf, type Sight, wholeSight } from '#libs/timelines';
import { startTestServer, type TestServer } from '../support/server.js';
import { development } from './development.js';

const reader: Sight = { withheld: false, newsroom: false, salts: false };
/** Two words that stand nowhere but in what is redacted. */
const secret = 'Zanzibarquux';
const secretToo = 'Wimbledonquux';
let server: TestServer;
let owner: pg.Pool;
let serial = 0;
let story: string;

beforeAll(async () => {
  server = await startTestServer();
  owner = new pg.Pool({ connectionString: server.database.ownerUrl, max: 1 });
});
afterAll(async () => {
  await owner.end();
  await server.close();
});

async function open(...bodies: object[]): Promise<void> {
  story = `redaction-${serial++}`;
  const timeline = { slug: story, title: story, timezone: 'UTC', visibility: 'public' };
  await server.http.post('/v1/timelines').send(timeline).expect(201);
  if (bodies.length > 0) await post(bodies).expect(201);
}
const post = (body: object) => server.http.post(`/v1/timelines/${story}/developments`).send(body);
const desk = (type: string, target: string, more: object = {}) => ({
  id: `${type}-${target}`,
  type: `record.${type}`,
  target,
  reason: `because of ${type}`,
  attribution: { by: 'our-desk', record: 'on-record' },
  ...more,
});
const redact = (target: string, more: object = {}) =>
  post(desk('redacted', target, { reason: 'Order 12/2025 of the court', ...more }));
const get = async (path: string) => (await server.http.get(`/v1/timelines/${story}${path}`)).text;

/** Everything that is answered about the story, at every knownAt. */
async function everything(size: number): Promise<string> {
  const matter = '/matters/us-reward-maduro';
  const answers = [
    await get(''),
    await get('/developments'),
    await get('/developments?order=desc&matter=us-reward-maduro'),
    await get(`/developments?q=${secret}`),
    await get('/developments/a'),
    await get('/developments/redacted-a'),
    JSON.stringify(seenOf(await server.app.get(DevelopmentFeed).between(story, 0, size), wholeSight, 0)),
  ];
  for (let knownAt = 0; knownAt < size; knownAt++) {
    const at = `asOf=2025-06-01&knownAt=${knownAt}`;
    answers.push(await get(`/situation?includeClosed=true&${at}`));
    answers.push(await get(`${matter}?${at}`), await get(`${matter}/history?knownAt=${knownAt}`));
    answers.push(await get(`${matter}/history?axis=known&${at}`));
  }
  return answers.join('\n');
}

/** The tables in which a word stands, as text or within bytes. */
async function tablesWith(word: string): Promise<string[]> {
  const { rows } = await owner.query<{ name: string }>(
    `select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1`,
  );
  const hex = Buffer.from(word).toString('hex');
  const found = await Promise.all(
    rows.map(async ({ name }) => {
      const { rowCount } = await owner.query(
        `select from ${name} t where lower(t::text) like '%' || lower($1) || '%' or t::text like '%' || $2 || '%' limit 1`,
        [word, hex],
      );
      return rowCount === 0 ? [] : [name];
    }),
  );
  return found.flat();
}

describe('a redaction', () => {
  it('takes the words out of every answer at every knownAt, and out of every table', async () => {
    await open(
      development({ id: 'a', title: `The ${secret} affair`, text: `${secret} again` }),
      development({ id: 'p', mode: 'planned', occurred: '2026', title: 'A plan' }),
      development({ id: 'b', occurred: '2025-01-01', title: 'Still there' }),
      desk('disputed', 'a', { reason: `${secret} denies it` }),
    );
    await get(`/developments?q=${secret}`);
    expect(await everything(4)).toContain(secret);
    expect(await tablesWith(secret)).toEqual(['development', 'ledger_payload', 'slot_state']);
    await redact('disputed-a').expect(201);
    await redact('a').expect(201);
    expect(await everything(6)).not.toContain(secret);
    expect(await tablesWith(secret)).toEqual([]);
    expect(await everything(6)).toContain('Still there');
  });

  it('says that something was removed, when, and by what authority', async () => {
    await open(development({ id: 'a', title: secret }));
    const { body: receipt } = await redact('a').expect(201);
    const redacted = {
      id: 'redacted-a',
      position: 1,
      recordedAt: receipt.recordedAt as string,
      reason: 'Order 12/2025 of the court',
      attribution: { by: 'our-desk', record: 'on-record' },
    };
    const one = JSON.parse(await get('/developments/a')) as object;
    expect(one).toMatchObject({
      id: 'a',
      position: 0,
      redacted,
      current: null,
      desk: [{ id: 'redacted-a' }],
    });
    expect(Object.keys(one)).not.toContain('type');
    expect(JSON.parse(await get('/developments'))).toMatchObject({
      items: [{ id: 'a', redacted }, { id: 'redacted-a' }],
    });
    const log = new ReadLog({ timeline: story, limit: 10, order: 'desc', sight: reader });
    expect((await server.app.get(QueryBus).execute(log)).items[1]).toMatchObject({ id: 'a', redacted });
  });

  it('keeps the id taken: neither the same content nor another comes back under it', async () => {
    const body = development({ id: 'a', title: secret });
    await open(body);
    const first = await redact('a').expect(201);
    for (const again of [body, development({ id: 'a' })]) {
      const { body: problem } = await post(again).expect(409);
      expect(problem.code).toBe('conflicting-id');
      expect(JSON.stringify(problem)).not.toContain(secret);
    }
    const repeat = await redact('a').expect(200);
    expect(repeat.body).toEqual({ ...first.body, duplicate: true });
    expect(await tablesWith(secret)).toEqual([]);
  });

  it('is refused where there is nothing to redact: twice, of a redaction, of what is unknown', async () => {
    await open(development({ id: 'a' }), development({ id: 'b' }));
    await redact('nothing').expect(422);
    await redact('a').expect(201);
    for (const target of ['a', 'redacted-a']) {
      const { body } = await redact(target, { id: `again-${target}` }).expect(422);
      expect(body).toMatchObject({ code: 'nothing-to-destroy', errors: [{ pointer: '/target' }] });
    }
    const twice = [desk('redacted', 'b'), desk('redacted', 'b', { id: 'twice' })];
    expect((await post(twice).expect(422)).body.errors[0].pointer).toBe('/1/target');
    expect(await get('/developments/b')).toContain('us-state-department');
    expect(JSON.parse(await get(''))).toMatchObject({ size: 3 });
  });

  it('of a correction gives the words before it back, and all that was said of it is the newsroom’s', async () => {
    await open(
      development({ id: 'a', title: 'First words' }),
      desk('corrected', 'a', { id: 'c', replacement: { title: secret } }),
    );
    await redact('c').expect(201);
    expect(await get('/situation?asOf=2025-06-01')).not.toContain(secret);
    expect(JSON.parse(await get('/developments/a'))).toMatchObject({ current: { title: 'First words' } });
    await post(desk('corrected', 'a', { id: 'd', replacement: { title: secretToo } })).expect(201);
    await redact('a').expect(201);
    const seen = async (sight: Sight, id: string) =>
      server.app.get(QueryBus).execute(new GetDevelopment({ timeline: story, id, sight }));
    expect(JSON.stringify(await seen(wholeSight, 'd'))).toContain(secretToo);
    await expect(seen(reader, 'd')).rejects.toMatchObject({ code: 'unknown-development' });
    expect(JSON.stringify(await seen(reader, 'a'))).not.toContain(secretToo);
  });

  it('of a hold would show what it withholds, and is refused until another holds it', async () => {
    await open(development({ id: 'a' }), desk('held', 'a', { reason: secret }));
    expect((await redact('held-a').expect(422)).body.code).toBe('redaction-would-release');
    await post(desk('held', 'a', { id: 'again' })).expect(201);
    await redact('held-a').expect(201);
    const log = new ReadLog({ timeline: story, limit: 10, order: 'asc', sight: reader });
    expect((await server.app.get(QueryBus).execute(log)).items).toEqual([]);
    expect(await tablesWith(secret)).toEqual([]);
    await redact('a').expect(201);
    const { items } = await server.app.get(QueryBus).execute(log);
    expect(items.map(({ id }) => id)).toEqual(['a', 'redacted-held-a', 'redacted-a']);
  });

  it('may be of an entry of the registry, and stand among others in one request', async () => {
    const attribution = { by: 'us', record: 'on-record' };
    const registry = { slug: 'somebody', name: secret, actorType: 'person' };
    await open(
      { id: 'r', type: 'actor.registered', registry, attribution },
      development({ id: 'a', title: secret }),
    );
    await post([development({ id: 'x', title: 'New' }), desk('redacted', 'r'), desk('redacted', 'a')]).expect(
      201,
    );
    expect(await tablesWith(secret)).toEqual([]);
    expect(await get('/situation?asOf=2025-06-01')).toContain('New');
  });

  it('may be of what the desk decided further up in the same request', async () => {
    await open();
    const confirmed = desk('confirmed', 'a', { reason: secret });
    await post([development({ id: 'a' }), confirmed, desk('redacted', 'confirmed-a')]).expect(201);
    expect(await tablesWith(secret)).toEqual([]);
    const { body } = await post([desk('held', 'a'), desk('disputed', 'held-a')]).expect(422);
    expect(body).toMatchObject({ code: 'unknown-target', errors: [{ pointer: '/1/target' }] });
  });
});

describe('the database', () => {
  it('destroys what a redaction in the ledger names, and nothing for anybody else', async () => {
    await open(development({ id: 'a' }), development({ id: 'b' }), desk('disputed', 'a'));
    const service = new pg.Pool({ connectionString: server.database.url, max: 1 });
    const destroy = async (position: number) =>
      (await service.query('select ledger_redact($1, $2) as destroyed', [story, position])).rows[0].destroyed;
    for (const position of [0, 2, 7]) expect(await destroy(position)).toBeNull();
    await redact('a').expect(201);
    expect(await destroy(3)).toBeNull();
    const where = `where timeline = '${story}' and position`;
    for (const change of [
      `update ledger_payload set payload = null, salt = null ${where} = 1`,
      `update ledger_payload set payload = '{}' ${where} = 0`,
      `update ledger_payload set id = 'other' ${where} = 0`,
      `delete from ledger_payload ${where} = 0`,
      `truncate ledger_payload`,
      `delete from ledger_redaction`,
    ]) {
      await expect(owner.query(change)).rejects.toMatchObject({ code: '42501' });
      await expect(service.query(change)).rejects.toMatchObject({ code: '42501' });
    }
    const forged = `insert into ledger_redaction values ('${story}', 1, 2)`;
    await expect(service.query(forged)).rejects.toMatchObject({ code: '42501' });
    await owner.query('begin');
    await owner.query(forged).then(() => undefined);
    const forgery = `update ledger_payload set payload = null, salt = null ${where} = 1`;
    await expect(owner.query(forgery)).rejects.toMatchObject({ code: '42501' });
    await owner.query('rollback');
    await service.end();
  });
});
