import { Controller, Get, Query, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply } from 'fastify';
import { ListTimelines } from '#libs/timelines';
import { Asking, type Caller } from '../access/caller.js';
import { everywhere } from '../http/edge-headers.js';
import { NoQuery, noQuery } from '../http/query-pipe.js';
import { frontPage } from './front-page.js';

/** It has a style of its own, and nothing else. */
const policy = everywhere['content-security-policy']!.replace(';', "; style-src 'unsafe-inline';");

/** Timelines that the page names. */
const shown = 20;

@Controller()
export class FrontPageController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  async page(
    @Query(noQuery) _query: NoQuery,
    @Asking() { scope }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { items } = await this.queries.execute(new ListTimelines({ limit: shown }, scope));
    void reply
      .header('content-type', 'text/html; charset=utf-8')
      .header('content-security-policy', policy)
      .header('cache-control', 'private, no-cache')
      .send(frontPage(items));
  }
}
