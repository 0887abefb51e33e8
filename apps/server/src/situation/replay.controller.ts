import { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ReplayTimeline } from '#libs/timelines';
import { Asking, type Caller } from '../access/caller.js';
import { cutOff, OpenStreams } from '../http/open-streams.js';
import { TimelineSlug } from '../http/path-parameters.js';
import { QueryPipe } from '../http/query-pipe.js';
import { ReplayQuery } from './situation-query.js';

/** The situation once more, folded from the ledger's bytes: for whoever does not take the read models' word. */
@Controller('v1/timelines/:timeline/replay')
export class ReplayController {
  constructor(
    private readonly queries: QueryBus,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  async replay(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(ReplayQuery)) query: ReplayQuery,
    @Asking() { keyId }: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const includeClosed = query.includeClosed === 'true';
    const each = query.each === 'true';
    const { lines } = await this.queries.execute(
      new ReplayTimeline({ ...query, timeline, includeClosed, each }),
    );
    const body = Readable.from(withLineFeeds(lines));
    const release = this.streams.admit({ keyId, address: request.ip }, (why) =>
      why === 'key-ended' ? cutOff(reply.raw) : body.destroy(),
    );
    body.once('close', release);
    void reply.headers(headers).send(body);
  }
}

const headers = {
  'content-type': 'application/x-ndjson',
  // Nginx would otherwise fold ahead of whoever reads, and keep the lines on its disk.
  'x-accel-buffering': 'no',
};

/** Pulled as the client reads: nothing is folded ahead of it, and nothing goes on when it has left. */
async function* withLineFeeds(lines: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const line of lines) yield `${line}\n`;
}
