import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { EdgeRefusal } from './edge-refusal.js';
import type { EdgeSettings } from './edge-settings.js';
import { refuseLater } from './refuse-later.js';
import type { RouteTable } from './route-table.js';
import { unclearHeader } from './unclear-header.js';

/**
 * Headers of every answer, refusals too. An answer that may be kept says so itself. Nothing here is a page that
 * may load, embed or be embedded in anything; the front page says what it needs.
 */
export const everywhere: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  vary: 'Authorization',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** A year, in seconds, as browsers' own lists ask (RFC 6797). */
const httpsAlone = 'max-age=31536000';

/** What pages of allowed origins may read of an answer, beside what every page may (Fetch, section 3.3.4). */
const exposed = 'ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After';
const accepted = 'Accept, Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID';
/** Seconds for which a browser need not ask again. */
const preflightAge = '600';

/**
 * Sets the headers of every answer in one pass, before anything else looks at the request, and answers the
 * preflights of origins that an operator allows. Keys are sent in a header that a page sets itself, so no answer
 * ever allows credentials (cookies) of other origins.
 */
export function installHeaders(
  fastify: FastifyInstance,
  routes: RouteTable,
  { corsOrigins, trustedProxies }: EdgeSettings,
): void {
  const origins = new Set(corsOrigins);
  const headers = origins.size === 0 ? everywhere : { ...everywhere, vary: 'Authorization, Origin' };
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(headers);
    const unclear = unclearHeader(request.raw);
    if (unclear !== undefined) {
      void reply.header('connection', 'close');
      const { header, must } = unclear;
      refuseLater(request.raw, new EdgeRefusal('invalid-header', `${header} must ${must}.`, { header }));
    }
    // It is no part of what is asked for (RFC 9112, section 3.2); Fastify would read a query out of it.
    if (request.url.includes('#')) {
      refuseLater(request.raw, new EdgeRefusal('malformed-request', 'No # stands in an address: write %23.'));
    }
    // Without a trusted proxy nobody can know, and this service itself speaks no TLS.
    if (trustedProxies !== undefined && request.protocol === 'https') {
      void reply.header('strict-transport-security', httpsAlone);
    }
    const { origin } = request.headers;
    if (origin !== undefined && origins.has(origin)) {
      void reply.header('access-control-allow-origin', origin);
      void reply.header('access-control-expose-headers', exposed);
      if (unclear === undefined && isPreflight(request) && answerPreflight(routes, request, reply)) return;
    }
    done();
  });
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

/** False where there is no such path. */
function answerPreflight(routes: RouteTable, { url }: FastifyRequest, reply: FastifyReply): boolean {
  const methods = routes.methodsOf(url.split('?', 1)[0]!);
  if (methods.length === 0) return false;
  void reply
    .headers({
      'access-control-allow-methods': methods.join(', '),
      'access-control-allow-headers': accepted,
      'access-control-max-age': preflightAge,
    })
    .code(204)
    .send();
  return true;
}
