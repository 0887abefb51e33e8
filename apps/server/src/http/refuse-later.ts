import type { IncomingMessage, ServerResponse } from 'node:http';
import { NotFoundException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { EdgeRefusal } from './edge-refusal.js';

/**
 * Requests that cannot be answered whatever they ask, some of which Node and Fastify would refuse by themselves, before
 * any hook. They go the way of all others (headers, count, gate), and are refused at the end of it, their body unread.
 */
const refusals = new WeakMap<IncomingMessage, EdgeRefusal>();

export function refuseLater(request: IncomingMessage, refusal: EdgeRefusal): void {
  refusals.set(request, refusal);
}

/** To be called when the gate is up. */
export function installLaterRefusals(fastify: FastifyInstance): void {
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const detail = 'Of what a request may expect, 100-continue alone is met; leave Expect out.';
    refuseLater(request, new EdgeRefusal('expectation-failed', detail, { header: 'Expect' }));
    // Whether its body follows, nobody can know.
    response.shouldKeepAlive = false;
    fastify.server.emit('request', request, response);
  });
  fastify.addHook('onRequest', ({ raw, is404 }, _reply, done) => {
    // Where there is no route, Fastify would read the body first, and refuse that.
    done(refusals.get(raw) ?? (is404 ? new NotFoundException() : undefined));
  });
}

/** Sends a request whose path cannot be decoded to where there is no route. Its ASCII can still be read. */
export function routeUnreadable(
  fastify: FastifyInstance,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const detail = 'The path is not a percent-encoded UTF-8 path.';
  refuseLater(request, new EdgeRefusal('malformed-request', detail));
  request.url = `/%25${request.url!.replace(/%(?![0-7][0-9a-f])/gi, '%25')}`;
  fastify.routing(request, response);
}
