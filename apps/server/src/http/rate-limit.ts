import { createHash, randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { digestShown } from '../access/gate.js';
import { EdgeRefusal } from './edge-refusal.js';
import { networkOf } from './network-of.js';

/** Requests that one key, or one address without a key, may make in a stretch of time. */
export interface Rate {
  requests: number;
  seconds: number;
}

/** Keys that are known to be good, by the digest of their text. */
const kept = 10_000;

/** Counts that addresses without a key share: whoever comes from everywhere must not make them grow without end. */
export const addressCounts = 65_536;

/**
 * Counts requests by key, and by address where none is shown that was ever good, so that guessing keys is counted
 * as well. It stands on both sides of the gate: what is too much is refused before a key is looked up, and which
 * keys are good is learnt from those that the gate let in. Each process counts for itself.
 */
export class RateLimit {
  private readonly limiter: RateLimiterMemory;
  private readonly good = new Map<string, string>();
  /** Which addresses share a count, nobody can tell from outside. */
  private readonly salt = randomBytes(16);
  private readonly policy: string;

  constructor(private readonly rate: Rate) {
    this.limiter = new RateLimiterMemory({ points: rate.requests, duration: rate.seconds });
    this.policy = `"requests";q=${rate.requests};w=${rate.seconds}`;
  }

  /** To be called before the gate is put up. What the gate asks nobody about (health, the document) is not counted. */
  count(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.rule?.key === 'ignored') return done();
      this.limiter.consume(this.callerOf(request)).then(
        (state) => {
          this.tell(reply, state);
          done();
        },
        (state: RateLimiterRes) => {
          this.tell(reply, state);
          done(this.refusal(state));
        },
      );
    });
  }

  /** To be called when the gate is up. */
  learn(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', ({ caller, keyDigest }, _reply, done) => {
      if (caller?.keyId !== undefined) {
        if (this.good.size >= kept) this.good.clear();
        this.good.set(keyDigest!, caller.keyId);
      }
      done();
    });
  }

  private callerOf({ headers, ip }: FastifyRequest): string {
    const digest = headers.authorization === undefined ? undefined : digestShown(headers.authorization);
    const keyId = digest === undefined ? undefined : this.good.get(digest);
    return keyId === undefined ? `address ${this.addressCount(ip)}` : `key ${keyId}`;
  }

  private addressCount(ip: string): number {
    const hash = createHash('sha256').update(this.salt).update(networkOf(ip)).digest();
    return hash.readUInt32BE() % addressCounts;
  }

  /** As draft-ietf-httpapi-ratelimit-headers-11 has it. */
  private tell(reply: FastifyReply, { remainingPoints, msBeforeNext }: RateLimiterRes): void {
    void reply
      .header('ratelimit-policy', this.policy)
      .header('ratelimit', `"requests";r=${Math.max(0, remainingPoints)};t=${seconds(msBeforeNext)}`);
  }

  private refusal({ msBeforeNext }: RateLimiterRes): EdgeRefusal {
    const { requests, seconds: stretch } = this.rate;
    const detail =
      `One key, or one address without a key, may make ${requests} requests in ${stretch} s (DATELINE_RATE_LIMIT); ` +
      'send many developments in one request, and wait as Retry-After says.';
    return new EdgeRefusal('rate-limited', detail, { retryAfter: seconds(msBeforeNext) });
  }
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
