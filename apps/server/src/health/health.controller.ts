import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { CheckReadiness, type Readiness } from '#libs/timelines';
import { answerJson } from '../http/answer.js';
import { problem, sendProblem } from '../http/problem.js';
import { NoQuery, noQuery } from '../http/query-pipe.js';

/** How long the database may take to answer, in ms. */
const patience = 2_000;

@Controller('health')
export class HealthController {
  constructor(private readonly queries: QueryBus) {}

  /** The process runs and answers. */
  @Get('live')
  live(@Query(noQuery) _query: NoQuery, @Res() reply: FastifyReply): void {
    answerJson(reply, 200, { live: true });
  }

  /** The service can do its work: the database answers, takes writes and has room, and no projection is stuck. */
  @Get('ready')
  async ready(@Query(noQuery) _query: NoQuery, @Res() reply: FastifyReply): Promise<void> {
    const { ready, checks } = await soon(this.queries.execute(new CheckReadiness()));
    if (ready) {
      answerJson(reply, 200, { ready, checks });
      return;
    }
    const failed = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
    const answer = problem('not-ready', failed.join('; '));
    sendProblem(reply, { ...answer, body: { ...answer.body, ready, checks } });
  }
}

async function soon(readiness: Promise<Readiness>): Promise<Readiness> {
  let timer: NodeJS.Timeout;
  const late = new Promise<Readiness>((resolve) => {
    const detail = `the database did not answer within ${patience} ms`;
    const answer = { ready: false, checks: [{ name: 'database', ok: false, detail }] };
    timer = setTimeout(() => resolve(answer), patience);
  });
  return Promise.race([readiness, late]).finally(() => clearTimeout(timer));
}
