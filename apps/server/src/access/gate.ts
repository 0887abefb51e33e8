import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { type Access, covers, findKeyText, type Grant, isKeyText, keyDigest } from '#libs/access';
import { UnknownTimeline } from '#libs/ledger';
import { EdgeRefusal } from '../http/edge-refusal.js';
import { timelineSlug } from '../http/path-parameters.js';
import { type Rule, ruleOf } from './access-table.js';
import { callerWith, nobody, withoutRole } from './caller.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    rule?: Rule;
  }
  interface FastifyRequest {
    /** Of the key that was shown, where the gate looked at it. */
    keyDigest: string | null;
  }
}

/** To whoever asks, it is as though there were no such timeline; the trail knows better. */
export class HiddenTimeline extends UnknownTimeline {}

/**
 * The one place where it is decided who gets in: by the rule of the route, before anything of the request but its head
 * is read. Whether the key still counts is asked again when its body is there.
 */
export class Gate {
  constructor(
    private readonly access: Access,
    /** Asked of timelines that the caller has no key for. A private one and none must take the same time. */
    private readonly isPublic: (timeline: string) => Promise<boolean>,
  ) {}

  /** Must be called before the first route is added. @throws at a route that has no rule */
  guard(fastify: FastifyInstance): void {
    fastify.decorateRequest('caller', null);
    fastify.decorateRequest('keyDigest', null);
    fastify.addHook('onRoute', (route: RouteOptions) => {
      const [rule] = [route.method].flat().map((method) => ruleOf(method, route.url));
      if (!rule) throw new Error(`${String(route.method)} ${route.url} has no row in the access table`);
      route.config = { ...route.config, rule };
    });
    fastify.addHook('onRequest', (request, _reply, done) => {
      let entering: void | Promise<void>;
      try {
        refuseKeyInUrl(request.url);
        // What matches no route is answered so whoever asks.
        const { rule } = request.routeOptions.config;
        entering = rule && this.enter(request, rule);
      } catch (error) {
        return done(error as Error);
      }
      if (entering === undefined) done();
      else entering.then(() => done(), done);
    });
    fastify.addHook('preHandler', ({ keyDigest, body }, _reply, done) => {
      const { keyring } = this.access;
      // A body may take minutes to arrive, and its key may have ended meanwhile.
      if (keyDigest === null || body === undefined || keyring.recall(keyDigest)) return done();
      keyring.lookUp(keyDigest).then((found) => (found ? done() : done(notTaken())), done);
    });
  }

  /** @throws EdgeRefusal unauthenticated, forbidden; HiddenTimeline; or what pg throws */
  private enter(request: FastifyRequest, rule: Rule): void | Promise<void> {
    if (rule.key === 'ignored') return;
    const { authorization } = request.headers;
    if (authorization === undefined) return this.enterWithout(request, rule);
    const digest = digestShown(authorization);
    if (digest === undefined) throw notTaken();
    request.keyDigest = digest;
    const grant = this.access.keyring.recall(digest);
    if (grant !== undefined) return this.enterWith(request, rule, grant);
    return this.access.keyring.lookUp(digest).then((found) => {
      if (found === undefined) throw notTaken();
      return this.enterWith(request, rule, found);
    });
  }

  private enterWithout(request: FastifyRequest, rule: Rule): void | Promise<void> {
    request.caller = nobody;
    if (rule.key === 'optional') return;
    if (rule.public) return this.readPublic(request);
    throw new EdgeRefusal('unauthenticated', 'This needs a key: send it as `Authorization: Bearer dl_…`.', {
      challenge: 'Bearer realm="dateline"',
    });
  }

  private enterWith(request: FastifyRequest, rule: Rule, grant: Grant): void | Promise<void> {
    if (rule.key === 'of-timeline' && !covers(grant.scope, timelineOf(request))) {
      request.caller = withoutRole(grant);
      if (rule.public) return this.readPublic(request);
      throw new HiddenTimeline(timelineOf(request));
    }
    request.caller = callerWith(grant);
    if (!rule.roles.includes(grant.role)) throw wrongRole(rule, grant);
    if (rule.key === 'of-all' && grant.scope !== null) throw notForAll(rule);
  }

  private async readPublic(request: FastifyRequest): Promise<void> {
    const timeline = timelineSlug(timelineOf(request));
    if (!(await this.isPublic(timeline))) throw new HiddenTimeline(timeline);
  }
}

/** The digest of the key that was shown; undefined where what was shown is not of a key's form. */
export function digestShown(authorization: string): string | undefined {
  const text = /^bearer +(\S+) *$/i.exec(authorization)?.[1];
  return text !== undefined && isKeyText(text) ? keyDigest(text) : undefined;
}

/** The digest of a key that stands in an address, where there is one. */
export function digestInUrl(url: string): string | undefined {
  const text = keyInUrl(url);
  return text && keyDigest(text);
}

function timelineOf({ params }: FastifyRequest): string {
  return (params as { timeline: string }).timeline;
}

function keyInUrl(url: string): string | undefined {
  const plain = findKeyText(url);
  if (plain !== undefined || !url.includes('%')) return plain;
  // Each escape by itself: another that cannot be decoded must not hide it.
  return findKeyText(
    url.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
  );
}

/** Addresses end up in logs and histories. */
function refuseKeyInUrl(url: string): void {
  if (keyInUrl(url) === undefined) return;
  const detail =
    'A key stands in the address, and whatever this request passed may have written it down: replace the key ' +
    '(POST /v1/keys/{id}/rotate), and send keys as `Authorization: Bearer dl_…` alone.';
  throw new EdgeRefusal('key-in-url', detail);
}

/** One answer for what is mistyped, unknown, revoked and expired. */
function notTaken(): EdgeRefusal {
  const detail = 'This key is not taken: it is mistyped, unknown, revoked or expired.';
  return new EdgeRefusal('unauthenticated', detail, {
    challenge: 'Bearer realm="dateline", error="invalid_token"',
  });
}

function wrongRole({ roles }: Rule, { role }: Grant): EdgeRefusal {
  return new EdgeRefusal(
    'forbidden',
    `This needs a key with the role ${roles.join(' or ')}; this one has the role ${role}.`,
  );
}

function notForAll({ roles }: Rule): EdgeRefusal {
  return new EdgeRefusal(
    'forbidden',
    `This needs a key with the role ${roles.join(' or ')} for all timelines; this one is for some.`,
  );
}
