import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const hour = 3_600_000;
const developments = '/v1/timelines/story/developments';

let server: TestServer;
let now: number;
beforeEach(async () => {
  now = Date.now();
  server = await startTestServer({ clock: () => now });
  await server.http.post('/v1/timelines').send(timeline).expect(201);
});
afterEach(() => server.close());

const embargoed = (id: string, until: number) =>
  development({ id, matter: id, embargoedUntil: new Date(until).toISOString() });
const post = (body: object | object[]) => server.http.post(developments).send(body);
const isPublic = async (id: string) => (await server.anonymous.get(`${developments}/${id}`)).status === 200;

describe('a development under embargo', () => {
  it('is refused where a ledger that is ahead would have it recorded after the end', async () => {
    const began = now;
    await post(embargoed('early', began + hour)).expect(201);
    now += 2 * hour;
    await post(development({ id: 'ahead' })).expect(201);
    now = began;
    const { body } = await post([development({ id: 'fine' }), embargoed('a', began + hour)]).expect(422);
    expect(body).toMatchObject({ code: 'recorded-too-late', errors: [{ pointer: '/1/embargoedUntil' }] });
    const lines = await server.http
      .post(developments)
      .set('content-type', 'application/x-ndjson')
      .send(
        [development({ id: 'b' }), embargoed('c', began + hour)]
          .map((each) => JSON.stringify(each))
          .join('\n'),
      );
    expect(
      lines.text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ id: 'b' }, { line: 2, problem: { code: 'recorded-too-late' } }]);
    await post(embargoed('early', began + hour)).expect(200);
    await post(embargoed('later', began + 3 * hour)).expect(201);
    await post(embargoed('over', began - hour)).expect(201);
    const seen = await Promise.all(['a', 'c', 'early', 'later', 'over'].map(isPublic));
    expect(seen).toEqual([false, false, false, false, true]);
  });

  it('is refused by a process whose clock alone says that it is over', async () => {
    now += 2 * hour;
    const { body } = await post(embargoed('a', now - hour)).expect(422);
    expect(body).toMatchObject({ code: 'recorded-too-late', errors: [{ pointer: '/embargoedUntil' }] });
    await post(embargoed('over', now - 3 * hour)).expect(201);
    expect(await isPublic('over')).toBe(true);
  });
});
