import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { roles } from '#libs/access';
import { Gate } from '../../apps/server/src/access/gate.js';
import { type GuardedServer, startGuardedServer } from '../support/guarded-server.js';
import { expectedOutcome, type Outcome, promised, typeRows } from '../support/promised-access.js';
import { development } from './development.js';

let server: GuardedServer;
beforeAll(async () => {
  server = await startGuardedServer();
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
          const outcome = await call(route, slug, server.key[who]);
          const told = expectedOutcome(row, who, slug);
          calls++;
          if (/^GET /.test(route)) {
            const [get, head] = await Promise.all(
              ['GET', 'HEAD'].map((method) => statusOf(route.replace('GET', method), slug, server.key[who])),
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
    for (const sent of [{}, { authorization: `Bearer ${server.key['admin of another']}` }]) {
      expect(await told('closed', sent)).toBe(await told('nobody', sent));
    }
  });

  it('lists the timelines that one may know of, and no others', async () => {
    const listed = async (shown?: string) => {
      const sent = shown === undefined ? {} : { authorization: `Bearer ${shown}` };
      const { body } = await server.anonymous.get('/v1/timelines').set(sent).expect(200);
      return body.items.map(({ slug }: { slug: string }) => slug);
    };
    expect(await listed()).toEqual(['open']);
    expect(await listed(server.key['reader'])).toEqual(['closed', 'open']);
    expect(await listed(server.key['admin of another'])).toEqual(['open', 'other']);
    expect(await listed(server.key['for all'])).toEqual(['closed', 'open', 'other']);
    const page = await server.anonymous
      .get('/')
      .set('authorization', `Bearer ${server.key['reader']}`)
      .expect(200);
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
      .set('authorization', `Bearer ${server.key[who]}`)
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
    expect(await seen({ authorization: `Bearer ${server.key['reader']}` })).toBeUndefined();
    expect(await seen({ authorization: `Bearer ${server.key['recorder of another']}` })).toBeUndefined();
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
