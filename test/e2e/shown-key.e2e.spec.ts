import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GuardedServer, startGuardedServer } from '../support/guarded-server.js';

let server: GuardedServer;
beforeAll(async () => {
  server = await startGuardedServer();
});
afterAll(() => server.close());

describe('the gate', () => {
  it('has one answer for wrong, revoked and expired keys', async () => {
    const told = async (shown: string) => {
      const { status, body, headers } = await server.anonymous
        .get('/v1/timelines/open')
        .set('authorization', `Bearer ${shown}`);
      return [status, body, headers['www-authenticate']];
    };
    const first = await told(server.key['wrong']!);
    expect(first[0]).toBe(401);
    for (const who of ['revoked', 'expired', 'malformed'])
      expect(await told(server.key[who]!)).toEqual(first);
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
    const shown = server.key['reader']!;
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
    const authorization = header.replaceAll('KEY', server.key['for all']!);
    await server.anonymous.get('/v1/keys').set({ authorization }).expect(401);
  });

  it('takes the scheme in any case', async () => {
    await server.anonymous
      .get('/v1/keys')
      .set('authorization', `bEARER  ${server.key['for all']}`)
      .expect(200);
  });

  it('refuses before a body is read', async () => {
    const { body } = await server.anonymous
      .post('/v1/timelines')
      .type('text/plain')
      .send('x'.repeat(100))
      .expect(401);
    expect(body.code).toBe('unauthenticated');
  });
});
