import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { InvalidParameter } from '#libs/timelines';
import { shortened } from './shortened.js';

/**
 * Refuses a query that is not percent-encoded UTF-8, on every route that reads: what cannot be decoded would be taken
 * for plain text.
 */
export function installReadableQuery(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (!['GET', 'HEAD'].includes(String(route.method))) return;
    route.preHandler = [refuseUnreadable, route.preHandler ?? []].flat();
  });
}

function refuseUnreadable(
  { url }: FastifyRequest,
  _reply: FastifyReply,
  done: (refusal?: Error) => void,
): void {
  const name = unreadableIn(url);
  if (name === undefined) return done();
  const detail = 'is not percent-encoded UTF-8; write a percent sign as %25';
  done(new InvalidParameter(shortened(name, 60), detail));
}

/** The name, as far as it can be read, of the first parameter that cannot. */
function unreadableIn(url: string): string | undefined {
  const at = url.indexOf('?');
  if (at === -1 || !url.includes('%', at)) return undefined;
  const parameter = url
    .slice(at + 1)
    .split('&')
    .find((each) => decoded(each) === undefined);
  const name = parameter?.split('=', 1)[0];
  return name === undefined ? undefined : (decoded(name) ?? name);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
