import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { bodyLimit, installBodyGate } from './body-gate.js';
import { answerClientError, answerLateRequest } from './client-errors.js';
import { Cursors, installCursors } from './cursors.js';
import type { Edge } from './edge-settings.js';
import { problemOf, sendProblem } from './problem.js';
import { arrivalLimit, watchArrivals } from './request-deadline.js';
import type { RouteTable } from './route-table.js';
import type { Gate } from '../access/gate.js';

/** Longest decoded name in a path that a route looks at: an id of 128 characters, with room to say 404. */
const maxParamLength = 512;

/** Fastify as this service wants it: its limits, its body gate, and its own refusals in our voice. */
export function createAdapter(routes: RouteTable, gate: Gate, { cursorSecret }: Edge): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    // Open streams would otherwise keep the process alive after its last answer.
    forceCloseConnections: true,
    // Requests have deadlines of their own, and their headers a minute (Node's default).
    requestTimeout: 0,
    routerOptions: { maxParamLength },
    clientErrorHandler: answerClientError,
    frameworkErrors: (error: Error, _request: unknown, reply: FastifyReply) => {
      // A path that cannot be read; no hook, no filter of Nest has seen it.
      sendProblem(
        reply as unknown as FastifyReply,
        problemOf(error, () => undefined),
      );
    },
    // No middleware is used; without middie each request has one hook less to pass.
    skipMiddie: true,
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  routes.watch(fastify);
  gate.guard(fastify);
  watchArrivals(fastify.server, { limit: arrivalLimit, every: 10_000, refuse: answerLateRequest });
  installBodyGate(fastify);
  installCursors(fastify, new Cursors(cursorSecret));
  return adapter;
}
