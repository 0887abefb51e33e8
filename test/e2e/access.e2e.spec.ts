import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeKeyText, type Role, roles } from '#libs/access';
import { openResources } from '../../apps/server/src/open-resources.js';
import fastify from 'fastify';
import { Gate } from '../../apps/server/src/access/gate.js';
import { createApp, drain } from '../../apps/server/src/create-app.js';
import { EventReader } from '../support/event-reader.js';
import { readAnswer } from '../support/raw-answer.js';
import { startTestServer, testEdge, type TestServer } from '../support/server.js';
import { development, timeline } from './development.js';

const document = await readFile(new URL('../../docs/ACCESS.md', import.meta.url), 'utf8');

/** What the documentation promises, read from its tables: nothing of this comes from the code that decides. */
interface Promised {
  route: string;
  keyFor: string;
  /** By role; `no key` for none. */
  may: Record<string, string>;
}

const promised = new Map(rowsOf('route').map((row) => [row.route, row]));
const typeRows = rowsOf('type');

function rowsOf(first: string): Promised[] {
  const lines = document.split('\n');
  const begin = lines.findIndex((line) => new RegExp(`^\\| ${first} `).test(line));
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', ''));
  const head = cells(lines[begin]!);
  const end = lines.findIndex((line, at) => at > begin && !line.startsWith('|'));
  return lines.slice(begin + 2, end).map((line) => {
    const may = Object.fromEntries(cells(line).map((cell, at) => [head[at]!, cell]));
    return { route: may[first]!, keyFor: may['key for'] ?? '', may };
  });
}

/** Answered by the gate, or let in: what a route makes of a request without sense is its own affair. */
type Outcome = 'let in' | '401' | '403' | 'no such timeline';

let server: TestServer;
let key: Record<string, string>;
/** How far the service's clock is ahead of this machine's, in ms. */
let ahead = 0;
beforeAll(async () => {
  server = await startTestServer({ clock: () => Date.now() + ahead });
  for (const [slug, visibility] of [
    ['open', 'public'],
    ['closed', 'private'],
    ['other', 'private'],
  ]) {
    await server.http
      .post('/v1/timelines')
      .send({ ...timeline, slug, visibility })
      .expect(201);
  }
  const make = async (role: Role, timelines: string[] | null) =>
    (await server.makeKey(role, { timelines })).text;
  key = {
    wrong: makeKeyText('admin', randomBytes),
    malformed: 'dl_a_sesame',
    'for all': await make('admin', null),
  };
  for (const role of roles) {
    key[role] = await make(role, ['open', 'closed']);
    key[`${role} of another`] = await make(role, ['other']);
  }
  const revoked = await server.makeKey('admin');
  await server.http.delete(`/v1/keys/${revoked.id}`).expect(200);
  key['revoked'] = revoked.text;
  key['expired'] = (await server.makeKey('admin', { expiresAt: Date.now() - 1 })).text;
});
afterAll(() => server.close());

/** Calls a route as it stands in the running application's table, and says how the gate took it. */
async function call(route: string, slug: string, shown: string | undefined): Promise<Outcome> {
  const [method, template] = route.split(' ') as [string, string];
  const leave = new AbortController();
  const answer = await fetch(server.url + addressOf(template, slug), {
    method,
    headers: shown === undefined ? {} : { authorization: `Bearer ${shown}` },
    signal: leave.signal,
  });
  const { status } = answer;
  const code = status >= 400 ? ((await answer.json()) as { code: string }).code : '';
  // A stream would go on for ever.
  leave.abort();
  if (status === 401) {
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
    return '401';
  }
  if (status === 403) return '403';
  return code === 'unknown-timeline' ? 'no such timeline' : 'let in';
}

async function statusOf(route: string, slug: string, shown: string | undefined): Promise<number> {
  const [method, template] = route.split(' ') as [string, string];
  const leave = new AbortController();
  const answer = await fetch(server.url + addressOf(template, slug), {
    method,
    headers: shown === undefined ? {} : { authorization: `Bearer ${shown}` },
    signal: leave.signal,
  });
  leave.abort();
  return answer.status;
}

const addressOf = (template: string, slug: string) =>
  template.replace(':timeline', slug).replace(/:\w+/g, 'AAAAAAAAAAAAAAAA');

/** What the documentation says of it. */
function expected({ keyFor, may }: Promised, who: string, slug: string): Outcome {
  if (keyFor === 'nobody is asked') return 'let in';
  const noKey = (): Outcome => {
    if (may['no key'] === 'yes') return 'let in';
    if (may['no key'] === 'public') return slug === 'open' ? 'let in' : 'no such timeline';
    return '401';
  };
  if (who === 'nobody') return noKey();
  if (['malformed', 'wrong', 'revoked', 'expired'].includes(who)) return '401';
  if (keyFor === 'what it may know') return 'let in';
  if (who === 'for all') return may['admin'] === 'yes' ? 'let in' : '403';
  const [role, another] = who.split(' of ') as [string, string?];
  if (keyFor === 'the timeline' && another) return may['no key'] === 'public' ? noKey() : 'no such timeline';
  if (may[role] !== 'yes' || keyFor === 'all timelines') return '403';
  return 'let in';
}

describe('the gate', () => {
  it('has a row in the documentation for each route of the running application, and no other', () => {
    const running = server.routes.list().filter((route) => !route.startsWith('HEAD '));
    expect([...promised.keys()].sort()).toEqual(running.sort());
    expect(typeRows).toHaveLength(3);
  });

  it('lets in who the documentation says, on every route, and nobody else', async () => {
    const callers = ['nobody', 'malformed', 'wrong', 'revoked', 'expired', 'for all', ...roles];
    const wrong: string[] = [];
    let calls = 0;
    for (const [route, row] of promised) {
      for (const slug of ['open', 'closed']) {
        for (const who of [...callers, ...roles.map((role) => `${role} of another`)]) {
          const outcome = await call(route, slug, key[who]);
          const told = expected(row, who, slug);
          calls++;
          if (/^GET /.test(route)) {
            const [get, head] = await Promise.all(
              ['GET', 'HEAD'].map((method) => statusOf(route.replace('GET', method), slug, key[who])),
            );
            if (get !== head) wrong.push(`HEAD of ${route}, ${slug}, ${who}: ${head}, not ${get}`);
          }
          if (outcome !== told) wrong.push(`${route}, ${slug}, ${who}: ${outcome}, not ${told}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(calls).toBe(promised.size * 28);
  }, 120_000);

  it('answers of a private timeline what it answers of none, word for word', async () => {
    const told = async (slug: string, sent: { authorization?: string }) => {
      const { status, body, headers } = await server.anonymous
        .get(`/v1/timelines/${slug}/situation`)
        .set(sent);
      const { date: _date, ...rest } = headers;
      return JSON.stringify([status, body, rest]).replaceAll(slug, '…');
    };
    for (const sent of [{}, { authorization: `Bearer ${key['admin of another']}` }]) {
      expect(await told('closed', sent)).toBe(await told('nobody', sent));
    }
  });

  it('has one answer for wrong, revoked and expired keys', async () => {
    const told = async (shown: string) => {
      const { status, body, headers } = await server.anonymous
        .get('/v1/timelines/open')
        .set('authorization', `Bearer ${shown}`);
      return [status, body, headers['www-authenticate']];
    };
    const first = await told(key['wrong']!);
    expect(first[0]).toBe(401);
    for (const who of ['revoked', 'expired', 'malformed']) expect(await told(key[who]!)).toEqual(first);
  });

  it.each([
    ['GET', '/v1/timelines/open?key=KEY'],
    ['GET', '/v1/timelines/open?KEY'],
    ['GET', '/v1/timelines?after=KEY'],
    ['DELETE', '/v1/keys/KEY'],
    ['GET', '/nowhere/KEY'],
    ['GET', '/health/live?x=%64l_KEY'],
    ['GET', '/v1/timelines/open?x=%64l_KEY&y=%zz'],
    ['GET', '/v1/timelines/open?x=%64l_KEY&y=%ff&z=%'],
  ])('takes no key in an address, and repeats none: %s %s', async (method, path) => {
    const shown = key['reader']!;
    const where = path.replace('%64l_KEY', `%64${shown.slice(1)}`).replace('KEY', shown);
    const answer = await fetch(server.url + where, { method });
    const text = await answer.text();
    expect([answer.status, (JSON.parse(text) as { code: string }).code]).toEqual([400, 'key-in-url']);
    expect(text).not.toContain(shown.slice(5));
    expect(server.said.join()).not.toContain(shown.slice(5));
  });

  it.each([
    'Basic YTpi',
    'Bearer',
    'Bearer ',
    'bearer x y',
    'Token KEY',
    'KEY',
    'Bearer KEYx',
    'Bearer KEY, Bearer KEY',
  ])('does not take Authorization: %s for a key', async (header) => {
    const authorization = header.replaceAll('KEY', key['for all']!);
    await server.anonymous.get('/v1/keys').set({ authorization }).expect(401);
  });

  it('takes the scheme in any case', async () => {
    await server.anonymous.get('/v1/keys').set('authorization', `bEARER  ${key['for all']}`).expect(200);
  });

  it('refuses before a body is read', async () => {
    const { body } = await server.anonymous
      .post('/v1/timelines')
      .type('text/plain')
      .send('x'.repeat(100))
      .expect(401);
    expect(body.code).toBe('unauthenticated');
  });

  it('lists the timelines that one may know of, and no others', async () => {
    const listed = async (shown?: string) => {
      const sent = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
      const { body } = await server.anonymous.get('/v1/timelines').set(sent).expect(200);
      return body.items.map(({ slug }: { slug: string }) => slug);
    };
    expect(await listed()).toEqual(['open']);
    expect(await listed(key['reader'])).toEqual(['closed', 'open']);
    expect(await listed(key['admin of another'])).toEqual(['open', 'other']);
    expect(await listed(key['for all'])).toEqual(['closed', 'open', 'other']);
    const page = await server.anonymous.get('/').set('authorization', `Bearer ${key['reader']}`).expect(200);
    expect(page.text).toContain('/v1/timelines/closed');
    expect((await server.anonymous.get('/').expect(200)).text).not.toContain('closed');
  });

  it('keeps the routes without a row from starting', () => {
    const instance = fastify();
    new Gate(server.resources.access, () => Promise.resolve(true)).guard(instance);
    instance.get('/v1/timelines', () => '');
    expect(() => instance.post('/v1/timelines/:timeline/secrets', () => '')).toThrow(
      'POST /v1/timelines/:timeline/secrets has no row in the access table',
    );
  });
});

describe('what one records', () => {
  const post = (who: string, body: object) =>
    server.anonymous
      .post('/v1/timelines/open/developments')
      .set('authorization', `Bearer ${key[who]}`)
      .send(body);

  it('bears the id of the key, whatever the body says, and readers do not see it', async () => {
    const { id, authorization } = await server.makeKey('recorder', { timelines: ['open'] });
    const sent = development({ id: 'signed', matter: 'signed' });
    const path = '/v1/timelines/open/developments';
    await server.anonymous.post(path).set({ authorization }).send(sent).expect(201);
    const seen = async (shown: Record<string, string>) =>
      (await server.anonymous.get(`${path}/signed`).set(shown).expect(200)).body.recordedBy;
    expect(await seen({ authorization })).toBe(id);
    expect(await seen({})).toBeUndefined();
    expect(await seen({ authorization: `Bearer ${key['reader']}` })).toBeUndefined();
    expect(await seen({ authorization: `Bearer ${key['recorder of another']}` })).toBeUndefined();
  });

  it.each(
    typeRows.flatMap(({ route: type, may }) => ['recorder', 'admin'].map((role) => [type, role, may[role]!])),
  )('%s by %s: %s', async (type, role, may) => {
    const about = { type, target: 'signed', reason: 'x', attribution: { by: 'desk', record: 'on-record' } };
    const body = type === 'all others' ? development({ matter: 'others' }) : about;
    const answer = await post(role, [body]);
    expect(answer.status === 403).toBe(may === '-');
    if (may === '-') {
      expect(answer.body).toMatchObject({ code: 'forbidden', errors: [{ pointer: '/0/type' }] });
      expect(answer.body.errors[0].detail).toContain('admin');
    }
  });
});

describe('a key that is revoked', () => {
  it('is refused at its next call and its streams end, in the process that revoked it and in another', async () => {
    const log = { info() {}, warn() {}, error() {} };
    const resources = openResources(server.database.url, log, Date.now, server.signing.signing);
    const { app } = await createApp(resources, log, testEdge);
    await resources.access.listen();
    await app.listen(0, '127.0.0.1');
    const addresses = [server.url, await app.getUrl()];
    const { id, authorization } = await server.makeKey('reader', { timelines: ['closed'] });
    const at = async (address: string) =>
      (await fetch(`${address}/v1/timelines/closed`, { headers: { authorization } })).status;
    for (const address of addresses) expect(await at(address)).toBe(200);
    const streams = addresses.map(
      (address) => new EventReader(`${address}/v1/timelines/closed/stream`, { authorization }),
    );
    for (const stream of streams) while (stream.rest.length === 0) await sleep(10);

    const began = performance.now();
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    expect(await at(addresses[0]!)).toBe(401);
    while ((await at(addresses[1]!)) !== 401) expect(performance.now() - began).toBeLessThan(2_000);
    await Promise.all(streams.map(({ ended }) => ended));
    expect(performance.now() - began).toBeLessThan(5_000);
    await drain(app);
    await app.close();
    await resources.close();
  }, 30_000);

  it.each<[what: string, path: string, body: object]>([
    ['makes no key', '/v1/keys', { role: 'admin', timelines: 'all' }],
    ['records nothing', '/v1/timelines/closed/developments', development({ id: 'late', matter: 'late' })],
  ])('%s with a body that comes when only its head was sent before', async (_, path, body) => {
    const { id, authorization } = await server.makeKey('admin');
    const known = async () => (await server.http.get(`/v1/keys?limit=1000`).expect(200)).body.items.length;
    // So the gate needs nothing but the head to let it in.
    await server.anonymous.get('/v1/keys').set({ authorization }).expect(200);
    const text = JSON.stringify(body);
    const { hostname, port } = new URL(server.url);
    const socket = net.connect(Number(port), hostname).setEncoding('latin1');
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${text.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    expect((await once(socket, 'data')).join()).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await server.http.delete(`/v1/keys/${id}`).expect(200);
    const before = await known();
    let said = '';
    socket.on('data', (chunk: string) => (said += chunk)).write(text);
    await once(socket, 'close');
    const { status, headers, body: told } = readAnswer(said);
    expect([status, (JSON.parse(told) as { code: string }).code]).toEqual([401, 'unauthenticated']);
    expect(headers['www-authenticate']).toMatch(/^Bearer /);
    expect(await known()).toBe(before);
    await server.http.get('/v1/timelines/closed/developments/late').expect(404);
  });
});

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
    const admin = (path: string) => ({ authorization: `Bearer ${key['admin']}`, path });
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

describe('/v1/audit', () => {
  // Of one minute's failed calls a hundred kinds are told apart, and the walk through all routes made more.
  beforeEach(() => void (ahead += 60_000));

  const audit = async (query: string, who = 'for all') =>
    (await server.anonymous.get(`/v1/audit?${query}`).set('authorization', `Bearer ${key[who]}`).expect(200))
      .body.items as any[];

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
