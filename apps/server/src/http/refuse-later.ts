import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { EdgeRefusal } from './edge-refusal.js';

/**
 * What Node and Fastify would answer by themselves, before any hook. It goes the way of every request instead (headers,
 * count, gate), and is refused at the end of it.
 */
const refusals = new WeakMap<IncomingMessage, EdgeRefusal>();

/** To be called when the gate is up. */
export function refuseLater(fastify: FastifyInstance): void {
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    const detail = 'Of what a request may expect, 100-continue alone is met; leave Expect out.';
    refusals.set(request, new EdgeRefusal('expectation-failed', detail, { header: 'Expect' }));
    fastify.server.emit('request', request, response);
  });
  fastify.addHook('onRequest', ({ raw }, reply, done) => {
    const refusal = refusals.get(raw);
    // Whether a body follows a refused expectation, nobody can know.
    if (refusal?.code === 'expectation-failed') void reply.header('connection', 'close');
    done(refusal);
  });
}

/** Sends a request whose path cannot be decoded to where there is no route. Its ASCII can still be read. */
export function routeUnreadable(
  fastify: FastifyInstance,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const detail = 'The path is not a percent-encoded UTF-8 path.';
  refusals.set(request, new EdgeRefusal('malformed-request', detail));
  request.url = `/%25${request.url!.replace(/%(?![0-7][0-9a-f])/gi, '%25')}`;
  fastify.routing(request, response);
}
