import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import request from 'supertest';
import { createApp, drain } from '../../apps/server/src/create-app.js';
import { defaultEdge, type Edge } from '../../apps/server/src/http/edge-settings.js';
import type { RouteTable } from '../../apps/server/src/http/route-table.js';
import { openResources } from '../../apps/server/src/open-resources.js';
import { createTestDatabase, type TestDatabase } from './database.js';

/** The real server, listening on a free port, over a database of its own. */
export interface TestServer {
  app: NestFastifyApplication;
  routes: RouteTable;
  /** Without a slash behind it. */
  url: string;
  /** supertest, over this server. */
  http: ReturnType<typeof request>;
  database: TestDatabase;
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
  const say = (message: string) => void said.push(message);
  const log = { info: () => undefined, warn: say, error: say };
  const resources = openResources(database.url, log, clock);
  const { app, routes } = await createApp(resources, log, { ...testEdge, ...edge });
  await resources.hints.listen();
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const close = async () => {
    await drain(app);
    await app.close();
    await resources.close();
    await database.drop();
  };
  return { app, routes, url, http: request(url), database, said, close };
}
