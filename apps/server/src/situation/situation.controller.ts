import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import {
  GetDiff,
  GetMatter,
  GetMatterHistory,
  GetSituation,
  InvalidParameter,
  ProveMatter,
} from '#libs/timelines';
import { Asking, type Caller } from '../access/caller.js';
import { answerPage, answerRead } from '../http/answer.js';
import { EdgeRefusal } from '../http/edge-refusal.js';
import { MatterSlug, TimelineSlug } from '../http/path-parameters.js';
import { QueryPipe } from '../http/query-pipe.js';
import { DiffQuery, MatterHistoryQuery, ProvableMatterQuery, SituationQuery } from './situation-query.js';

/** What is so, or was, on both clocks. */
@Controller('v1/timelines/:timeline')
export class SituationController {
  constructor(private readonly queries: QueryBus) {}

  @Get('situation')
  async situation(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(SituationQuery)) query: SituationQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const includeClosed = query.includeClosed === 'true';
    const body = await this.queries.execute(new GetSituation({ ...query, timeline, includeClosed }));
    answerRead(reply, body);
  }

  @Get('diff')
  async diff(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(DiffQuery)) query: DiffQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = { ...query, timeline, limit: Number(query.limit), sight };
    const body = await this.queries.execute(new GetDiff(parameters));
    const { next: cursor } = body as { next: string | null };
    answerPage(reply, { items: [], next: cursor }, ({ next }) => ({ ...body, next }));
  }

  @Get('matters/:matter')
  async matter(
    @Param('timeline', TimelineSlug) timeline: string,
    @Param('matter', MatterSlug) matter: string,
    @Query(new QueryPipe(ProvableMatterQuery)) query: ProvableMatterQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { asOf, knownAt, atLeast, after, limit = '100' } = query;
    const point = { timeline, matter, asOf, knownAt, atLeast };
    if (query.proof === 'true') {
      if (!sight.salts) throw saltsAreForFew();
      refusePages(query);
      return answerRead(reply, await this.queries.execute(new ProveMatter(point)));
    }
    const parameters = { ...point, after, limit: Number(limit) };
    const body = await this.queries.execute(new GetMatter(parameters));
    const { developments } = body as { developments: { items: string[]; next: string | null } };
    answerPage(reply, developments, (page) => ({ ...body, developments: page }));
  }

  @Get('matters/:matter/history')
  async history(
    @Param('timeline', TimelineSlug) timeline: string,
    @Param('matter', MatterSlug) matter: string,
    @Query(new QueryPipe(MatterHistoryQuery)) query: MatterHistoryQuery,
    @Asking() { sight }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const parameters = { ...query, timeline, matter, limit: Number(query.limit), sight };
    const body = await this.queries.execute(new GetMatterHistory(parameters));
    answerPage(reply, body as { items: unknown[]; next: string | null });
  }
}

/** Whoever has a salt can prove the words to others for ever, also after their redaction. */
function saltsAreForFew(): EdgeRefusal {
  return new EdgeRefusal(
    'forbidden',
    'A proof of a matter holds the salts of its entries: it needs a key with the role auditor or admin.',
  );
}

function refusePages(query: ProvableMatterQuery): void {
  for (const name of ['after', 'limit'] as const) {
    if (query[name] === undefined) continue;
    throw new InvalidParameter(name, 'goes with a list; what carries a proof comes whole, so leave it out');
  }
}
