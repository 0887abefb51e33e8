import type { FastifyRequest } from 'fastify';
import type { Access } from '#libs/access';
import { isTimelineSlug } from '../http/path-parameters.js';
import { digestInUrl, digestShown } from './gate.js';

/**
 * Has the trail keep a call that was refused for want of a key or a right.
 * @param code of the problem it was answered with
 */
export function noteRefusedCall(access: Access, request: FastifyRequest, code: string): void {
  const { authorization } = request.headers;
  const timeline = (request.params as { timeline?: string } | undefined)?.timeline;
  access.failedCalls.note({
    action: code === 'unauthenticated' ? 'unauthenticated' : 'call-denied',
    code,
    at: access.clock(),
    address: request.ip,
    keyId: request.caller?.keyId ?? null,
    role: request.caller?.role ?? null,
    digest:
      digestInUrl(request.url) ?? (authorization === undefined ? undefined : digestShown(authorization)),
    route: `${request.method} ${request.routeOptions.url ?? '(none)'}`,
    timeline: timeline !== undefined && isTimelineSlug(timeline) ? timeline : null,
  });
}
