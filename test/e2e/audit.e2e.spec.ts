import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GuardedServer, startGuardedServer } from '../support/guarded-server.js';

let server: GuardedServer;
beforeAll(async () => {
  server = await startGuardedServer();
});
afterAll(() => server.close());

describe('/v1/audit', () => {
  const audit = async (query: string, who = 'for all') =>
    (
      await server.anonymous
        .get(`/v1/audit?${query}`)
        .set('authorization', `Bearer ${server.key[who]}`)
        .expect(200)
    ).body.items as any[];

  it('has who was refused, where and why, counted, and never a key', async () => {
    const { id, authorization, text } = await server.makeKey('reader', { timelines: ['open'] });
    for (let n = 0; n < 5; n++) {
      await server.anonymous
        .post('/v1/timelines/open/developments')
        .set({ authorization })
        .send({})
        .expect(403);
    }
    await server.anonymous.get(`/v1/timelines/open?key=${text}`).expect(400);
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    await server.anonymous.get('/v1/timelines/open').set({ authorization }).expect(401);
    await server.resources.access.failedCalls.write();
    const events = await audit(`key=${id}`);
    expect(events.map(({ action, route, times, detail }) => [action, route, times, detail.code])).toEqual([
      ['unauthenticated', 'GET /v1/timelines/:timeline', 1, 'unauthenticated'],
      ['call-denied', 'GET /v1/timelines/:timeline', 1, 'key-in-url'],
      ['call-denied', 'POST /v1/timelines/:timeline/developments', 5, 'forbidden'],
    ]);
    expect(events[2]).toMatchObject({
      role: 'reader',
      timeline: 'open',
      address: expect.stringMatching(/127|::/),
    });
    expect(JSON.stringify(await audit('limit=1000'))).not.toContain(text.slice(5, 27));
  });

  it('has whose key stood in an address, whatever else was wrong with that', async () => {
    const { id, text } = await server.makeKey('reader', { timelines: ['open'] });
    const long = `/v1/timelines/${'a'.repeat(520)}`;
    for (const path of ['/v1/timelines/%zz', `${long}%`, long]) {
      const { status } = await fetch(`${server.url}${path}?key=${text}`);
      expect(status).toBe(400);
    }
    await fetch(`${server.url}/v1/timelines/open?key=${text.replaceAll('_', '%5F')}&x=%zz`);
    await server.resources.access.failedCalls.write();
    const events = await audit(`key=${id}`);
    const told = events.map(({ route, timeline, times }) => `${route}, ${timeline}: ${times}`);
    expect(new Set(told)).toEqual(
      new Set([
        'GET (none), null: 2',
        'GET /v1/timelines/:timeline, null: 1',
        'GET /v1/timelines/:timeline, open: 1',
      ]),
    );
    for (const { detail } of events) expect(detail).toEqual({ code: 'key-in-url' });
    expect(JSON.stringify(events)).not.toContain(text.slice(5, 27));
  });

  it('has who asked for a private timeline without a key for it', async () => {
    await server.anonymous.get('/v1/timelines/closed').expect(404);
    await server.resources.access.failedCalls.write();
    const [event] = await audit('timeline=closed&action=call-denied');
    expect(event).toMatchObject({ key: null, times: 1, detail: { code: 'unknown-timeline' } });
  });

  it('has changes of keys, with who made them', async () => {
    const { body } = await server.http
      .post('/v1/keys')
      .send({ role: 'reader', timelines: ['open'] })
      .expect(201);
    const [event] = await audit('action=key-created&timeline=open');
    expect(event).toMatchObject({
      ...{ key: server.admin.id, role: 'admin', route: 'POST /v1/keys' },
      detail: { key: body.id, role: 'reader', timelines: ['open'] },
    });
  });

  it('tells an auditor of some timelines of those alone', async () => {
    const timelines = new Set((await audit('limit=1000', 'auditor')).map((event) => event.timeline));
    expect(timelines).toEqual(new Set(['closed', 'open']));
    expect(await audit('timeline=other', 'auditor')).toEqual([]);
  });

  it('is read page by page, and by time', async () => {
    const all = await audit('limit=1000');
    const ids: string[] = [];
    for (let next: string | null = 'limit=7'; next !== null;) {
      const { body }: { body: any } = await server.http.get(`/v1/audit?${next}`).expect(200);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      next = body.next && `limit=7&after=${body.next}`;
    }
    expect(ids).toEqual(all.map(({ id }) => id));
    expect(await audit('until=2020-01-01T00:00:00Z')).toEqual([]);
    expect(await audit('since=2020-01-01T00:00:00Z&limit=1000')).toEqual(all);
  });
});
