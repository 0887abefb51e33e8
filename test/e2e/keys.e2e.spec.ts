import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GuardedServer, startGuardedServer } from '../support/guarded-server.js';

let server: GuardedServer;
beforeAll(async () => {
  server = await startGuardedServer();
});
afterAll(() => server.close());

describe('/v1/keys', () => {
  const asked = {
    role: 'recorder',
    timelines: ['open'],
    label: 'wire desk',
    expiresAt: '2100-01-01T00:00:00Z',
  };

  it('makes a key, shows it once, lists it without it, replaces it and revokes it', async () => {
    const { body: made, headers } = await server.http.post('/v1/keys').send(asked).expect(201);
    expect(headers['cache-control']).toBe('no-store');
    const { key: text, ...shown } = made;
    expect(text).toMatch(/^dl_c_[0-9A-Za-z]{22}_[0-9A-Za-z]{6}$/);
    expect(shown).toMatchObject({
      ...asked,
      expiresAt: '2100-01-01T00:00:00.000Z',
      createdBy: server.admin.id,
    });
    const list = await server.http.get('/v1/keys?limit=1000').expect(200);
    expect(list.body.items).toContainEqual(shown);
    expect(list.text).not.toContain(text.slice(5));

    const sent = { authorization: `Bearer ${text}` };
    const { body: next } = await server.http
      .post(`/v1/keys/${made.id}/rotate`)
      .send({ overlapSeconds: 60 })
      .expect(201);
    expect(next).toMatchObject({ ...asked, expiresAt: made.expiresAt });
    await server.anonymous.get('/v1/timelines/open').set(sent).expect(200);
    await server.http.post(`/v1/keys/${made.id}/rotate`).expect(409);
    const { body: gone } = await server.http.delete(`/v1/keys/${made.id}`).expect(200);
    expect(gone).toMatchObject({ id: made.id, replacedBy: next.id, revokedAt: expect.any(String) });
    await server.anonymous.get('/v1/timelines/open').set(sent).expect(401);
    // Some clients say of each request what its body is in, also where there is none.
    const { body: still } = await server.http
      .delete(`/v1/keys/${made.id}`)
      .set('content-type', 'application/json')
      .expect(200);
    expect(still.revokedAt).toBe(gone.revokedAt);
    const { body: again } = await server.http.post(`/v1/keys/${next.id}/rotate`).expect(201);
    await server.anonymous.get('/v1/timelines/open').set('authorization', `Bearer ${next.key}`).expect(401);
    await server.anonymous.get('/v1/timelines/open').set('authorization', `Bearer ${again.key}`).expect(200);
  });

  it('is read page by page', async () => {
    const ids: string[] = [];
    for (let next: string | null = '/v1/keys?limit=3'; next !== null;) {
      const { body }: { body: any } = await server.http.get(next).expect(200);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      next = body.next && `/v1/keys?limit=3&after=${body.next}`;
    }
    const all = (await server.http.get('/v1/keys?limit=1000').expect(200)).body.items;
    expect(ids).toEqual(all.map(({ id }: { id: string }) => id));
  });

  it('keeps an admin of some timelines to those', async () => {
    const admin = (path: string) => ({ authorization: `Bearer ${server.key['admin']}`, path });
    const post = (body: object) => server.anonymous.post('/v1/keys').set(admin('')).send(body);
    await post({ role: 'admin', timelines: ['closed'] }).expect(201);
    for (const timelines of ['all', ['open', 'other'], ['open', 'nobody']]) {
      const { body } = await post({ role: 'reader', timelines }).expect(403);
      expect(body).toMatchObject({ code: 'key-too-wide', errors: [{ pointer: '/timelines' }] });
    }
    const { body } = await server.anonymous.get('/v1/keys?limit=1000').set(admin('')).expect(200);
    const known = new Set<string>(body.items.flatMap(({ timelines }: { timelines: string[] }) => timelines));
    expect(known).toEqual(new Set(['closed', 'open']));
    await server.anonymous.delete(`/v1/keys/${server.admin.id}`).set(admin('')).expect(404);
    await server.anonymous.post(`/v1/keys/${server.admin.id}/rotate`).set(admin('')).expect(404);
  });

  it.each<[what: string, body: unknown, status: number, pointer: string]>([
    ['nothing', {}, 400, '/role'],
    ['no timelines', { role: 'reader' }, 400, '/timelines'],
    ['an empty list', { ...asked, timelines: [] }, 400, '/timelines'],
    ['null for all', { ...asked, timelines: null }, 400, '/timelines'],
    ['the same twice', { ...asked, timelines: ['open', 'open'] }, 400, '/timelines'],
    ['what is no slug', { ...asked, timelines: ['Open'] }, 400, '/timelines'],
    ['a timeline there is not', { ...asked, timelines: ['open', 'nobody'] }, 422, '/timelines/1'],
    ['a role there is not', { ...asked, role: 'owner' }, 400, '/role'],
    ['a label with a line break', { ...asked, label: 'a\nb' }, 400, '/label'],
    ['a day for an instant', { ...asked, expiresAt: '2100-01-01' }, 400, '/expiresAt'],
    ['an instant gone by', { ...asked, expiresAt: '2020-01-01T00:00:00Z' }, 422, '/expiresAt'],
    ['a key of one’s own', { ...asked, key: 'dl_a_x' }, 400, '/key'],
    ['a list', [asked], 400, ''],
  ])('makes no key of %s', async (...[, body, status, pointer]) => {
    const answer = await server.http
      .post('/v1/keys')
      .send(body as object)
      .expect(status);
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer)).toContain(pointer);
  });

  it.each([-1, 604_801, 1.5, '60'])('leaves no overlap of %j', async (overlapSeconds) => {
    const { id } = await server.makeKey('reader');
    const answer = await server.http.post(`/v1/keys/${id}/rotate`).send({ overlapSeconds }).expect(400);
    const detail = '`overlapSeconds` must be a number without quotes, a whole one from 0 to 604800 (a week)';
    expect(answer.body.errors).toEqual([{ pointer: '/overlapSeconds', detail }]);
  });
});
