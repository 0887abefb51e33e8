import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readNdjson } from '#libs/exchange';
import {
  GetDevelopment,
  GetImpact,
  ImportDevelopments,
  InvalidInput,
  ReadLog,
  RecordDevelopments,
} from '#libs/timelines';
import type { Access } from '#libs/access';
import { ACCESS } from '../access/access-token.js';
import { Asking, type Caller, callerOf } from '../access/caller.js';
import { answerJson, answerPage, answerRead } from '../http/answer.js';
import { AtLeastQuery } from '../http/at-least-query.js';
import { emptyBody, isStreamed } from '../http/body-gate.js';
import { EdgeRefusal } from '../http/edge-refusal.js';
import { expectedVersion } from '../http/if-match.js';
import { OpenStreams } from '../http/open-streams.js';
import { DevelopmentId, TimelineSlug, timelineSlug } from '../http/path-parameters.js';
import { QueryPipe, refuseQuery } from '../http/query-pipe.js';
import { type IncidentReport, INCIDENTS } from '../service-log.js';
import { answerImport, bytesOf, untilGone } from './answer-import.js';
import { RecordingTrail } from './recording-trail.js';
import { DevelopmentQuery, LogQuery } from './development-queries.js';

/** Developments that one request may bring. */
export const mostAtOnce = 1000;

@Controller('v1/timelines/:timeline/developments')
export class DevelopmentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly streams: OpenStreams,
    @Inject(INCIDENTS) private readonly incidents: IncidentReport,
    @Inject(ACCESS) private readonly access: Access,
  ) {}

  /**
   * One development, or an array of them: all or nothing; or a stream of them. This is the service's busiest path, so it
   * has neither pipes nor interceptors: what it needs of the request it takes, and hands the rest to the command.
   */
  @Post()
  async record(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const timeline = timelineSlug((request.params as { timeline: string }).timeline);
    refuseQuery(request.query as object);
    const { body } = request;
    const caller = callerOf(request);
    const version = expectedVersion(request.headers['if-match']);
    const trail = new RecordingTrail(this.access, this.queries, request, timeline);
    if (isStreamed(request)) {
      if (version !== undefined) throw notForMany();
      return this.import(caller, timeline, trail, request, reply);
    }
    if (Array.isArray(body)) {
      if (version !== undefined) throw notForMany();
      const recording = this.execute(caller, timeline, checkLength(body), 'array');
      const receipts = await trail.keep(body, recording);
      answerJson(reply, receipts.every(({ duplicate }) => duplicate) ? 200 : 201, receipts);
      return;
    }
    if (body === undefined) throw emptyBody();
    const recording = this.execute(caller, timeline, [body], 'single', version);
    const [receipt] = await trail.keep([body], recording);
    const { id, duplicate } = receipt!;
    void reply.header('location', `/v1/timelines/${timeline}/developments/${encodeURIComponent(id)}`);
    answerJson(reply, duplicate ? 200 : 201, receipt!);
  }

  /** Line for line, for as long as they come. */
  private async import(
    { recordedBy, keyId, mayNotRecord }: Caller,
    timeline: string,
    trail: RecordingTrail,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const release = this.streams.admit({ keyId, address: request.ip }, () => reply.raw.destroy());
    try {
      const watched = trail.watch(untilGone(readNdjson(bytesOf(request.raw)), reply.raw));
      const { lines } = watched;
      const steps = await this.commands.execute(
        new ImportDevelopments({ timeline, lines, recordedBy, mayNotRecord }),
      );
      await answerImport(request, reply, watched.steps(steps), this.incidents);
    } finally {
      release();
    }
  }

  private execute(
    { recordedBy, mayNotRecord }: Caller,
    timeline: string,
    bodies: unknown[],
    pointers: 'single' | 'array',
    expectedVersion?: number,
  ) {
    return this.commands.execute(
      new RecordDevelopments({ timeline, bodies, pointers, recordedBy, mayNotRecord, expectedVersion }),
    );
  }

  @Get()
  async log(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(LogQuery)) query: LogQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = { ...query, timeline, limit: Number(query.limit), sight };
    answerPage(reply, await this.queries.execute(new ReadLog(parameters)));
  }

  @Get(':id/impact')
  async impact(
    @Param('timeline', TimelineSlug) timeline: string,
    @Param('id', DevelopmentId) id: string,
    @Query(new QueryPipe(AtLeastQuery)) { atLeast }: AtLeastQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerRead(reply, await this.queries.execute(new GetImpact({ timeline, id, atLeast, sight })));
  }

  @Get(':id')
  async one(
    @Param('timeline', TimelineSlug) timeline: string,
    @Param('id', DevelopmentId) id: string,
    @Query(new QueryPipe(DevelopmentQuery)) query: DevelopmentQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { atLeast } = query;
    const parameters = { timeline, id, atLeast, proof: query.proof === 'true', sight };
    answerRead(reply, await this.queries.execute(new GetDevelopment(parameters)));
  }
}

function checkLength(bodies: unknown[]): unknown[] {
  if (bodies.length >= 1 && bodies.length <= mostAtOnce) return bodies;
  const detail = `An array must hold 1 to ${mostAtOnce} developments; this one holds ${bodies.length}.`;
  throw new InvalidInput('malformed', [{ pointer: '', detail }]);
}

function notForMany(): EdgeRefusal {
  return new EdgeRefusal('invalid-header', 'If-Match goes with a single development, not with several.', {
    header: 'If-Match',
  });
}
