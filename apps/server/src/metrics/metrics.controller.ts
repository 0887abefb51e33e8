import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { isDatabaseAway } from '#libs/database';
import type { Ledger } from '#libs/ledger';
import { LEDGER, ReadGauges } from '#libs/timelines';
import { OpenStreams } from '../http/open-streams.js';
import { NoQuery, noQuery } from '../http/query-pipe.js';
import { Metrics } from './metrics.js';

@Controller('metrics')
export class MetricsController {
  constructor(
    private readonly metrics: Metrics,
    private readonly streams: OpenStreams,
    private readonly queries: QueryBus,
    @Inject(LEDGER) private readonly ledger: Ledger,
  ) {}

  @Get()
  async scrape(@Query(noQuery) _query: NoQuery, @Res() reply: FastifyReply): Promise<void> {
    const counts = { ...this.ledger.counts, streams: this.streams.size };
    const text = await this.metrics.text(counts, await this.stored());
    void reply
      .header('content-type', this.metrics.contentType)
      .header('cache-control', 'no-store')
      .send(text);
  }

  private async stored() {
    try {
      return await this.queries.execute(new ReadGauges());
    } catch (error) {
      if (isDatabaseAway(error)) return null;
      throw error;
    }
  }
}
