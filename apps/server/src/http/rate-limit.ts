import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { digestShown } from '../access/gate.js';
import { EdgeRefusal } from './edge-refusal.js';
import { networkOf, type RequestCount, RequestCounts } from './request-counts.js';

/** Requests that one key, or one address without a key, may make in a stretch of time. */
export interface Rate {
  requests: number;
  seconds: number;
}

/** Keys that are known to be good, by the digest of their text. */
const kept = 10_000;

/** Addresses without a key that are counted one by one at a time; some 20 MB. */
export const addressesApart = 100_000;

/**
 * Counts requests by key, and by address where none is shown that was ever good, so that guessing keys is counted
 * as well. It stands on both sides of the gate: what is too much is refused before a key is looked up, and which
 * keys are good is learnt from those that the gate let in. Each process counts for itself.
 */
export class RateLimit {
  private readonly ofKeys: RequestCounts;
  private readonly ofAddresses: RequestCounts;
  private readonly good = new Map<string, string>();
  private readonly policy: string;

  constructor(private readonly rate: Rate) {
    const stretch = rate.seconds * 1000;
    this.ofKeys = new RequestCounts(stretch, kept);
    this.ofAddresses = new RequestCounts(stretch, addressesApart);
    this.policy = `"requests";q=${rate.requests};w=${rate.seconds}`;
  }

  /** To be called before the gate is put up. What the gate asks nobody about (health, the document) is not counted. */
  count(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      if (request.routeOptions.config.rule?.key === 'ignored') return done();
      // Whole, so that what is left of a stretch is never more than it.
      const now = Math.floor(performance.now());
      const count = this.add(request, now);
      this.tell(reply, count, now);
      done(count.made > this.rate.requests ? this.refusal(count, now) : undefined);
    });
  }

  /** To be called when the gate is up. */
  learn(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', ({ caller, headers }, _reply, done) => {
      if (caller?.keyId !== undefined) {
        if (this.good.size >= kept) this.good.clear();
        this.good.set(digestShown(headers.authorization!)!, caller.keyId);
      }
      done();
    });
  }

  private add({ headers, ip }: FastifyRequest, now: number): RequestCount {
    const digest = headers.authorization === undefined ? undefined : digestShown(headers.authorization);
    const keyId = digest === undefined ? undefined : this.good.get(digest);
    return keyId === undefined ? this.ofAddresses.add(networkOf(ip), now) : this.ofKeys.add(keyId, now);
  }

  /** As draft-ietf-httpapi-ratelimit-headers-11 has it. */
  private tell(reply: FastifyReply, { made, until }: RequestCount, now: number): void {
    const left = Math.max(0, this.rate.requests - made);
    void reply
      .header('ratelimit-policy', this.policy)
      .header('ratelimit', `"requests";r=${left};t=${seconds(until - now)}`);
  }

  private refusal({ until }: RequestCount, now: number): EdgeRefusal {
    const { requests, seconds: stretch } = this.rate;
    const detail =
      `One key, or one address without a key, may make ${requests} requests in ${stretch} s (DATELINE_RATE_LIMIT); ` +
      'send many developments in one request, and wait as Retry-After says.';
    return new EdgeRefusal('rate-limited', detail, { retryAfter: seconds(until - now) });
  }
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
