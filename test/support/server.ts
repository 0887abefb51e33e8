import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { createApp, drain } from '../../apps/server/src/create-app.js';
import { defaultEdge, type Edge } from '../../apps/server/src/http/edge-settings.js';
import type { RouteTable } from '../../apps/server/src/http/route-table.js';
import { openResources, type Resources } from '../../apps/server/src/open-resources.js';
import type { Role } from '#libs/access';
import { openTestSigning, type TestSigning } from './signing.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { type KeyWanted, makeKeyWith, type TestKey } from './keys.js';

export type Http = ReturnType<typeof request>;

/** The real server, listening on a free port, over a database of its own. */
export interface TestServer {
  app: NestFastifyApplication;
  routes: RouteTable;
  resources: Resources;
  /** Without a slash behind it. */
  url: string;
  /** supertest, over this server, with an admin key for all timelines. */
  http: Http;
  /** The same without a key. */
  anonymous: Http;
  /** The same with a new key. */
  as(role: Role, wanted?: KeyWanted): Promise<Http>;
  makeKey(role: Role, wanted?: KeyWanted): Promise<TestKey>;
  /** The key of `http`. */
  admin: TestKey;
  database: TestDatabase;
  /** Its signing key and last checkpoints. */
  signing: TestSigning;
  /** What the service said as warnings and errors. */
  said: string[];
  close(): Promise<void>;
}

export const testEdge: Edge = { ...defaultEdge, cursorSecret: Buffer.alloc(32, 'the same in all tests') };

/** @param clock milliseconds since 1970-01-01T00:00:00Z; that of this machine by default */
export async function startTestServer({
  clock = Date.now,
  edge = {},
}: { clock?: () => number; edge?: Partial<Edge> } = {}): Promise<TestServer> {
  const database = await createTestDatabase();
  const said: string[] = [];
  let closed = false;
  const say = (message: string) => {
    if (!closed) said.push(message);
  };
  const log = { info: () => undefined, warn: say, error: say };
  const signing = await openTestSigning();
  const resources = openResources(database.url, log, clock, signing.signing);
  const { app, routes } = await createApp(resources, log, { ...testEdge, ...edge });
  await Promise.all([resources.hints.listen(), resources.access.listen()]);
  const makeKey = (role: Role, wanted?: KeyWanted) => makeKeyWith(resources.access.keys, role, wanted);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const withKey = ({ authorization }: TestKey) => request.agent(url).set('authorization', authorization);
  const as = async (role: Role, wanted?: KeyWanted) => withKey(await makeKey(role, wanted));
  const admin = await makeKey('admin');
  const close = async () => {
    await drain(app);
    await app.close();
    await resources.close();
    // The database goes now, also from under connections that are about to end, and is no longer the server's affair.
    closed = true;
    await database.drop();
    await signing.remove();
  };
  return {
    app,
    routes,
    url,
    database,
    signing,
    said,
    close,
    as,
    makeKey,
    admin,
    resources,
    http: withKey(admin),
    anonymous: request(url),
  };
}
