import { randomBytes } from 'node:crypto';
import { makeKeyText, type Role, roles } from '#libs/access';
import { startTestServer, type TestServer } from './server.js';

/** A server with timelines `open`, which is public, `closed` and `other`, and keys of all sorts. */
export interface GuardedServer extends TestServer {
  /**
   * Texts by who shows them. A role's is for `open` and `closed`, that of `<role> of another` for `other`, that of `for
   * all` an admin's; `wrong`, `malformed`, `revoked` and `expired` ones are good for nothing.
   */
  key: Record<string, string>;
}

export async function startGuardedServer(): Promise<GuardedServer> {
  const server = await startTestServer();
  for (const [slug, visibility] of [
    ['open', 'public'],
    ['closed', 'private'],
    ['other', 'private'],
  ]) {
    await server.http
      .post('/v1/timelines')
      .send({ slug, visibility, title: 'A story', timezone: 'America/New_York' })
      .expect(201);
  }
  return { ...server, key: await makeKeys(server) };
}

async function makeKeys(server: TestServer): Promise<Record<string, string>> {
  const make = async (role: Role, timelines: string[] | null) =>
    (await server.makeKey(role, { timelines })).text;
  const key: Record<string, string> = {
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
  return key;
}
