import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TimelineDirectory } from '#libs/timelines';
import { Gate } from './access/gate.js';
import { createAdapter } from './http/create-adapter.js';
import type { Edge } from './http/edge-settings.js';
import { OpenStreams } from './http/open-streams.js';
import { ProblemFilter } from './http/problem-filter.js';
import { RouteTable } from './http/route-table.js';
import type { Resources } from './open-resources.js';
import { Metrics } from './metrics/metrics.js';
import { ServerModule } from './server.module.js';
import { incidentsTo, nestLogger, type ServiceLog } from './service-log.js';

export interface ServerApp {
  app: NestFastifyApplication;
  routes: RouteTable;
}

/** The application over its resources, ready to listen. */
export async function createApp(resources: Resources, log: ServiceLog, edge: Edge): Promise<ServerApp> {
  const routes = new RouteTable();
  const incidents = incidentsTo(log);
  // Asked once the first request is there, and so is the application.
  const gate = new Gate(resources.access, (timeline) => app.get(TimelineDirectory).isPublic(timeline));
  const adapter = createAdapter(routes, gate, edge);
  const metrics = new Metrics();
  metrics.watch(adapter.getInstance());
  const app: NestFastifyApplication = await NestFactory.create<NestFastifyApplication>(
    ServerModule.over(resources, edge, incidents, metrics),
    adapter,
    { logger: nestLogger(log), bodyParser: false, abortOnError: false },
  );
  app.useGlobalFilters(new ProblemFilter(routes, incidents, resources.access));
  resources.access.keyring.endWithKeys(app.get(OpenStreams));
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  return { app, routes };
}

/** How long requests that are under way may take to end, in ms. */
const patience = 10_000;

/** Takes no more connections, ends the streams, and resolves when the last request under way is answered. */
export async function drain(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  app.get(OpenStreams).closeAll();
  // A connection that was busy at first is idle once its request is answered.
  const sweep = setInterval(() => server.closeIdleConnections(), 20);
  const deadline = AbortSignal.timeout(patience);
  await Promise.race([closed, new Promise((resolve) => deadline.addEventListener('abort', resolve))]);
  clearInterval(sweep);
}
