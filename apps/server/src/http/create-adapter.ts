import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyLimit, installBodyGate } from './body-gate.js';
import { answerClientError, answerLateRequest, headerLimit } from './client-errors.js';
import { Cursors, installCursors } from './cursors.js';
import type { Edge, EdgeSettings } from './edge-settings.js';
import { installHeaders } from './edge-headers.js';
import { RateLimit } from './rate-limit.js';
import { installReadableQuery } from './readable-query.js';
import { installLaterRefusals, routeUnreadable } from './refuse-later.js';
import { arrivalLimit, longestSilence, watchArrivals } from './request-deadline.js';
import type { RouteTable } from './route-table.js';
import type { Gate } from '../access/gate.js';

/** A request's headers must have arrived within so long, in ms. */
export const headersTimeout = 20_000;
/** A connection may stay idle for so long, in ms: longer than the minute after which proxies let theirs go. */
export const keepAliveTimeout = 72_000;
/** How often the first is looked at, in ms. */
const connectionsCheckingInterval = 5_000;

/** Fastify as this service wants it: its limits, its body gate, and its own refusals in our voice. */
export function createAdapter(routes: RouteTable, gate: Gate, edge: Edge): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit,
    // Open streams would otherwise keep the process alive after its last answer.
    forceCloseConnections: true,
    // Whole requests have deadlines of their own: see watchArrivals.
    requestTimeout: 0,
    keepAliveTimeout,
    // Node would answer a request without Host with no word; installHeaders refuses it.
    http: {
      headersTimeout,
      connectionsCheckingInterval,
      maxHeaderSize: headerLimit,
      requireHostHeader: false,
    },
    trustProxy: trusted(edge.trustedProxies),
    // A name in a path is never too long for the gate: the routes say 404 of what can be none.
    routerOptions: { maxParamLength: headerLimit },
    clientErrorHandler: answerClientError,
    frameworkErrors: (_error: Error, request: unknown, reply: unknown) => {
      routeUnreadable(fastify, (request as FastifyRequest).raw, (reply as FastifyReply).raw);
    },
    // No middleware is used; without middie each request has one hook less to pass.
    skipMiddie: true,
  });
  const fastify: FastifyInstance = adapter.getInstance<FastifyInstance>();
  fastify.server.maxConnections = edge.connections;
  // Their bytes are limited. Node would drop what comes behind the 2,000th, be it a second Host, without a word.
  fastify.server.maxHeadersCount = 0;
  routes.watch(fastify);
  // Before the gate: a browser's preflight shows no key.
  installHeaders(fastify, routes, edge);
  const rateLimit = edge.rate && new RateLimit(edge.rate);
  rateLimit?.count(fastify);
  gate.guard(fastify);
  rateLimit?.learn(fastify);
  installLaterRefusals(fastify);
  watchArrivals(fastify.server, {
    limit: arrivalLimit,
    every: 10_000,
    silence: longestSilence,
    refuse: answerLateRequest,
  });
  installBodyGate(fastify);
  installReadableQuery(fastify);
  installCursors(fastify, new Cursors(edge.cursorSecret));
  return adapter;
}

/** Whose X-Forwarded-* headers Fastify believes; a hop is counted from the connection on. */
function trusted(proxies: EdgeSettings['trustedProxies']) {
  if (proxies === undefined) return false;
  return typeof proxies === 'number' ? (_address: string, hop: number) => hop < proxies : proxies;
}
