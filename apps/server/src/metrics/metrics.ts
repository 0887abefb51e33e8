import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Gauges } from '#libs/timelines';

/** What this process counts by itself. */
export interface ProcessCounts {
  entries: number;
  batches: number;
  queued: number;
  streams: number;
}

/** Seconds: an append takes some milliseconds, a replay as long as its ledger. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What an operator watches, in the text format of Prometheus. No timeline, key or address is named in it: routes are
 * named by their templates, and the numbers are of all timelines together.
 */
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'dateline_http_request_duration_seconds',
    help: 'Time from the first byte of a request to the last of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets,
    registers: [this.registry],
  });
  /** By what tells them apart: finding one costs less than naming it anew at each request. */
  private readonly series = new Map<string, ReturnType<typeof this.requests.labels>>();
  private readonly appended = this.counter(
    'appended_entries_total',
    'Developments recorded by this process.',
  );
  private readonly batches = this.counter('append_batches_total', 'Commits that recorded them.');
  private readonly queued = this.gauge('append_queue_entries', 'Developments that wait to be on disk.');
  private readonly streams = this.gauge('open_streams', 'Long answers under way: streams, replays, imports.');
  private readonly database = this.gauge('database_up', 'Whether the database answered this scrape.');
  private readonly stored = {
    timelines: this.gauge('timelines', 'Timelines with developments.'),
    verified: this.gauge(
      'verification_verified_timelines',
      'Timelines that were verified whole at least once.',
    ),
    wrong: this.gauge('verification_wrong_timelines', 'Timelines in which verifying found a difference.'),
    rounds: this.gauge('verification_rounds', 'Rounds of verifying that were finished, over all timelines.'),
    position: this.gauge('verification_position', 'Entries that the round under way has gone through.'),
    size: this.gauge('verification_size', 'Entries that the round under way goes through.'),
    oldest: this.gauge(
      'verification_oldest_seconds',
      'When the timeline that waited longest was verified, as seconds since 1970; 0 where one never was.',
    ),
    parked: this.gauge('parked_matters', 'Matters whose fold failed.'),
    lag: this.gauge('index_lag_entries', 'Developments that the log\u2019s filters have yet to take in.'),
  };

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  readonly contentType = this.registry.contentType;

  /** Must be called before the first route is added. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'none';
      const status = `${Math.floor(reply.statusCode / 100)}xx`;
      this.seriesOf(request.method, route, status).observe(reply.elapsedTime / 1000);
      done();
    });
  }

  /** @param stored null where the database did not answer: then its numbers are as they were */
  text(counts: ProcessCounts, stored: Gauges | null): Promise<string> {
    this.appended.reset();
    this.appended.inc(counts.entries);
    this.batches.reset();
    this.batches.inc(counts.batches);
    this.queued.set(counts.queued);
    this.streams.set(counts.streams);
    this.database.set(stored === null ? 0 : 1);
    if (stored) this.setStored(stored);
    return this.registry.metrics();
  }

  private setStored({ verification, parkedMatters, indexLag }: Gauges): void {
    for (const name of ['timelines', 'verified', 'wrong', 'rounds', 'position', 'size'] as const) {
      this.stored[name].set(verification[name]);
    }
    this.stored.oldest.set((verification.oldest ?? 0) / 1000);
    this.stored.parked.set(parkedMatters);
    this.stored.lag.set(indexLag);
  }

  private seriesOf(method: string, route: string, status: string) {
    const key = `${method} ${route} ${status}`;
    let series = this.series.get(key);
    if (!series) this.series.set(key, (series = this.requests.labels(method, route, status)));
    return series;
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `dateline_${name}`, help, registers: [this.registry] });
  }

  private counter(name: string, help: string): Counter {
    return new Counter({ name: `dateline_${name}`, help, registers: [this.registry] });
  }
}
