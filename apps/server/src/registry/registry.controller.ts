import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { GetActor, GetPlace, ListRegistry } from '#libs/timelines';
import { Asking, type Caller } from '../access/caller.js';
import { answerPage } from '../http/answer.js';
import { RegistrySlug, TimelineSlug } from '../http/path-parameters.js';
import { QueryPipe } from '../http/query-pipe.js';
import { MatterQuery } from '../situation/situation-query.js';

type Developments = { developments: { items: unknown[]; next: string | null } };

/** The newsroom's own vocabulary, and what concerns an actor or a place. */
@Controller('v1/timelines/:timeline')
export class RegistryController {
  constructor(private readonly queries: QueryBus) {}

  @Get('actors')
  async actors(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(MatterQuery)) query: MatterQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.list('actors', timeline, query, reply);
  }

  @Get('places')
  async places(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(MatterQuery)) query: MatterQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.list('places', timeline, query, reply);
  }

  @Get('actors/:actor')
  async actor(
    @Param('timeline', TimelineSlug) timeline: string,
    @Param('actor', RegistrySlug) actor: string,
    @Query(new QueryPipe(MatterQuery)) query: MatterQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = { ...query, timeline, actor, limit: Number(query.limit), sight };
    const body = await this.queries.execute(new GetActor(parameters));
    answerPage(reply, (body as Developments).developments, (page) => ({ ...body, developments: page }));
  }

  @Get('places/:place')
  async place(
    @Param('timeline', TimelineSlug) timeline: string,
    @Param('place', RegistrySlug) place: string,
    @Query(new QueryPipe(MatterQuery)) query: MatterQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = { ...query, timeline, place, limit: Number(query.limit), sight };
    const body = await this.queries.execute(new GetPlace(parameters));
    answerPage(reply, (body as Developments).developments, (page) => ({ ...body, developments: page }));
  }

  private async list(list: 'actors' | 'places', timeline: string, query: MatterQuery, reply: FastifyReply) {
    const parameters = { ...query, list, timeline, limit: Number(query.limit) };
    answerPage(reply, await this.queries.execute(new ListRegistry(parameters)));
  }
}
