import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const path = '/v1/timelines/story/developments';

describe('recording', () => {
  let server: TestServer;
  let now = Date.parse('2025-09-01T10:00:00Z');

  beforeAll(async () => {
    server = await startTestServer({ clock: () => now });
    await server.http.post('/v1/timelines').send(timeline).expect(201);
  });
  afterAll(() => server.close());

  const post = (body: object, ifMatch?: string) => {
    const sent = server.http.post(path).send(body);
    return ifMatch === undefined ? sent : sent.set('if-match', ifMatch);
  };
  const size = async () => (await server.http.get('/v1/timelines/story')).body.size as number;

  it('answers a timeline as it was made, and where it is', async () => {
    const { body, headers } = await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug: 'fresh' })
      .expect(201);
    expect(headers['location']).toBe('/v1/timelines/fresh');
    expect(body).toEqual({
      ...timeline,
      slug: 'fresh',
      createdAt: '2025-09-01T10:00:00.000Z',
      size: 0,
      recordedAt: null,
    });
  });

  it('gives a receipt for a new development, and says where to find it', async () => {
    const { body, headers } = await post(development({ id: 'a/b?c' })).expect(201);
    expect(body).toEqual({
      id: 'a/b?c',
      position: 0,
      version: 1,
      recordedAt: '2025-09-01T10:00:00.000Z',
      leafHash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      bounds: { earliest: '2020-03-26T04:00:00.000Z', latest: '2020-03-27T04:00:00.000Z' },
      duplicate: false,
    });
    const found = await server.http.get(headers['location']!).expect(200);
    expect(found.body).toMatchObject({ id: 'a/b?c', title: development()['title'], position: 0 });
  });

  it('makes an id where none is given, and takes the clock going backwards for standing still', async () => {
    now -= 60_000;
    const { body } = await post(development({ matter: 'another' })).expect(201);
    now += 60_000;
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(body.recordedAt).toBe('2025-09-01T10:00:00.000Z');
  });

  it('answers a repeated id with the first receipt, whatever the order of its fields', async () => {
    const sent = development({ id: 'again', matter: 'repeats' });
    const first = await post(sent).expect(201);
    now += 1000;
    const reordered = Object.fromEntries(Object.entries(sent).reverse());
    const second = await post({ ...reordered, mode: 'actual', text: null }).expect(200);
    expect(second.body).toEqual({ ...first.body, duplicate: true });
  });

  it('gives twenty posts of one id at once one place and one receipt', async () => {
    const before = await size();
    const sent = development({ id: 'at-once', matter: 'races' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(sent)));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([...Array(19).fill(200), 201]);
    const receipts = answers.map(({ body }) => ({ ...body, duplicate: null }));
    expect(new Set(receipts.map((receipt) => JSON.stringify(receipt))).size).toBe(1);
    expect(await size()).toBe(before + 1);
  });

  it('refuses other content under the same id, also beside new developments', async () => {
    const before = await size();
    const { body } = await post(development({ id: 'again', matter: 'repeats', title: 'Other' })).expect(409);
    expect(body).toMatchObject({ code: 'conflicting-id', errors: [{ pointer: '/id' }] });
    const many = [
      development({ id: 'new-one' }),
      development({ id: 'again', matter: 'repeats', title: 'Other' }),
    ];
    const answer = await post(many).expect(409);
    expect(answer.body.errors[0].pointer).toBe('/1/id');
    expect(await size()).toBe(before);
  });

  it('says of an id that stands twice in one request where, for nothing of it is recorded', async () => {
    const before = await size();
    const twice = ['a', 'b', 'b'].map((id, i) => development({ id: `twice-${id}`, title: `Title ${i}` }));
    const { body } = await post(twice).expect(409);
    expect(body).toMatchObject({
      code: 'conflicting-id',
      errors: [{ pointer: '/2/id', detail: body.detail }],
    });
    expect(body.detail).toMatch(/^the id twice-b stands at \/1 of this request already, with other content;/);
    expect(await size()).toBe(before);
    // Where the first is a repeat of what is recorded, that is what the second conflicts with.
    const { position } = (await post(twice[1]!).expect(201)).body;
    const again = await post(twice).expect(409);
    expect(again.body.detail).toContain(`other content, at position ${position};`);
  });

  it('takes "0" for a matter that must not exist, and a version for one that must be there', async () => {
    const first = development({ id: 'm1', matter: 'guarded' });
    await post(first, '"0"').expect(201);
    const late = await post(development({ id: 'm2', matter: 'guarded' }), '"0"').expect(412);
    expect(late.body).toMatchObject({ code: 'version-mismatch', currentVersion: 1 });
    const second = await post(development({ id: 'm2', matter: 'guarded' }), '"1"').expect(201);
    expect(second.body.version).toBe(2);
    await post(development({ id: 'm3', matter: 'guarded' }), '"99"').expect(412);
  });

  it('answers a repeated id before it looks at If-Match', async () => {
    await post(development({ id: 'm1', matter: 'guarded' }), '"0"').expect(200);
  });

  it('lets one of twenty writers have the version that all of them saw', async () => {
    await post(development({ id: 'c0', matter: 'contended' })).expect(201);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        post(development({ id: `c${i + 1}`, matter: 'contended' }), '"1"'),
      ),
    );
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, ...Array(19).fill(412)]);
  });

  it.each(['*', 'W/"1"', '1', '"01"', '"-1"', '"1", "2"', '"one"', '""', '"1'])(
    'does not understand If-Match: %s',
    async (ifMatch) => {
      const { body } = await post(development({ matter: 'guarded' }), ifMatch).expect(400);
      expect(body).toMatchObject({ code: 'invalid-header', header: 'If-Match' });
    },
  );

  it('takes no If-Match with an array', async () => {
    const { body } = await post([development()], '"1"').expect(400);
    expect(body.code).toBe('invalid-header');
  });

  it('records an array as a whole, in order, its items free to name earlier ones', async () => {
    const before = await size();
    const { body } = await post([
      development({ id: 'one', matter: 'arrays' }),
      {
        id: 'two',
        type: 'record.confirmed',
        target: 'one',
        reason: 'Two sources',
        attribution: { by: 'desk', record: 'on-record' },
      },
      development({ id: 'three', matter: 'arrays', occurred: '2021' }),
    ]).expect(201);
    expect(body.map((receipt: any) => [receipt.id, receipt.position, receipt.version])).toEqual([
      ['one', before, 1],
      ['two', before + 1, 2],
      ['three', before + 2, 3],
    ]);
    expect(body[1].bounds).toBeNull();
  });

  it('answers 201 to an array with anything new in it, and 200 to one without', async () => {
    const [known, fresh] = ['one', 'four'].map((id) => development({ id, matter: 'arrays' }));
    const { body } = await post([known!, fresh!]).expect(201);
    expect(body.map((receipt: any) => receipt.duplicate)).toEqual([true, false]);
    await post([known!, fresh!]).expect(200);
  });

  it('records nothing of an array in which one development is refused, and tells every fault', async () => {
    const before = await size();
    const { body } = await post([
      development({ id: 'fine' }),
      development({ title: '', colour: 'red' }),
      development({ matter: 'X' }),
    ]).expect(400);
    expect(body.errors.map((error: any) => error.pointer).sort()).toEqual([
      '/1/colour',
      '/1/title',
      '/2/matter',
    ]);
    await post([development({ id: 'fine' }), development({ type: 'office.left' })]).expect(422);
    expect(await size()).toBe(before);
    await server.http.get(`${path}/fine`).expect(404);
  });

  it('records a thousand in one array', async () => {
    const many = Array.from({ length: 1000 }, (_, i) =>
      development({ id: `k${i}`, matter: `many-${i % 7}` }),
    );
    const { body } = await post(many).expect(201);
    expect(body).toHaveLength(1000);
    expect(body[999].position - body[0].position).toBe(999);
  });

  it('keeps a matter to its kind', async () => {
    const { body } = await post(development({ type: 'office.left' })).expect(422);
    expect(body).toMatchObject({ code: 'matter-has-kind', errors: [{ pointer: '/type' }] });
  });

  it('takes no development for a timeline that is not there, and no query', async () => {
    await server.http.post('/v1/timelines/nobody/developments').send(development()).expect(404);
    await server.http.post('/v1/timelines/No%00body/developments').send(development()).expect(404);
    await server.http.post(`${path}?dryRun=true`).send(development()).expect(400);
    // Its clock stands still.
    expect(server.said.filter((line) => !line.includes('The clocks'))).toEqual([]);
  });
});
