import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    cursors: Cursors;
  }
}

/** Bytes of the signature that a cursor carries: HMAC-SHA-256, cut to 128 bits (RFC 2104, section 5). */
const signed = 16;
/** Parameters that say how much to read, not what: a cursor does not depend on them. */
const unbound = new Set(['after', 'limit', 'atLeast']);

/** A cursor that this service gave out for this very list. */
export class OpenedCursor {
  constructor(readonly plain: string) {}
}

/**
 * Cursors as clients see them: signed, and bound to the list they were given out for (its route, its path and
 * its filters), so that nobody can make one, or use one elsewhere. What a cursor means is the use case's affair.
 */
export class Cursors {
  constructor(private readonly secret: Buffer) {}

  seal(request: FastifyRequest, plain: string): string {
    return Buffer.concat([this.sign(request, plain), Buffer.from(plain)]).toString('base64url');
  }

  /** Undefined for what was not given out here. */
  open(request: FastifyRequest, cursor: string): OpenedCursor | undefined {
    const bytes = Buffer.from(cursor, 'base64url');
    // The last character has bits that decode to nothing: one cursor, one spelling.
    if (bytes.length < signed || bytes.toString('base64url') !== cursor) return undefined;
    const plain = bytes.subarray(signed).toString();
    return timingSafeEqual(bytes.subarray(0, signed), this.sign(request, plain))
      ? new OpenedCursor(plain)
      : undefined;
  }

  private sign(request: FastifyRequest, plain: string): Buffer {
    const hmac = createHmac('sha256', this.secret).update(listOf(request)).update('\0').update(plain);
    return hmac.digest().subarray(0, signed);
  }
}

/** What a list is of. */
function listOf({ routeOptions, params, query }: FastifyRequest): string {
  const filters = Object.entries(query as object).filter(([name]) => !unbound.has(name));
  return JSON.stringify([routeOptions.url, params, filters.sort(([a], [b]) => (a < b ? -1 : 1))]);
}

/**
 * Opens `after` on every route that reads, before its query is looked at. What cannot be opened stays as it came:
 * whether the route has such a parameter, and takes bare positions too, is for its query's fields to say.
 */
export function installCursors(fastify: FastifyInstance, cursors: Cursors): void {
  fastify.decorate('cursors', cursors);
  fastify.addHook('onRoute', (route) => {
    if (['GET', 'HEAD'].includes(String(route.method)))
      route.preHandler = [openCursor, route.preHandler ?? []].flat();
  });
}

function openCursor(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  const query = request.query as { after?: unknown };
  if (typeof query.after === 'string') {
    query.after = request.server.cursors.open(request, query.after) ?? query.after;
  }
  done();
}
