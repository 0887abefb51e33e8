import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { AwaitPosition, CreateTimeline, GetTimeline, ListTimelines } from '#libs/timelines';
import { Asking, type Caller } from '../access/caller.js';
import { AtLeastQuery } from '../http/at-least-query.js';
import { answerJson, answerPage, answerRead } from '../http/answer.js';
import { emptyBody } from '../http/body-gate.js';
import { TimelineSlug } from '../http/path-parameters.js';
import { Cursor, Limit } from '../http/query-fields.js';
import { NoQuery, noQuery, QueryPipe } from '../http/query-pipe.js';
import { readCreateTimelineBody } from './create-timeline-body.js';

export class TimelinesQuery {
  @IsOptional() @Cursor() after?: string;
  @IsOptional() @Limit() limit = '100';
}

@Controller('v1/timelines')
export class TimelinesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post()
  async create(
    @Body() body: unknown,
    @Query(noQuery) _query: NoQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (body === undefined) throw emptyBody();
    const { slug, title, timezone, visibility } = readCreateTimelineBody(body);
    const timeline = await this.commands.execute(new CreateTimeline({ slug, title, timezone, visibility }));
    void reply.header('location', `/v1/timelines/${slug}`);
    answerJson(reply, 201, timeline);
  }

  @Get()
  async list(
    @Query(new QueryPipe(TimelinesQuery)) { after, limit }: TimelinesQuery,
    @Asking() { scope }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerPage(reply, await this.queries.execute(new ListTimelines({ after, limit: Number(limit) }, scope)));
  }

  @Get(':timeline')
  async one(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(AtLeastQuery)) { atLeast }: AtLeastQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    answerRead(reply, await this.queries.execute(new GetTimeline(timeline)));
  }
}
