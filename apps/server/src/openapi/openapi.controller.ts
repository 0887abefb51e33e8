import { Controller, Get, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { answerRead } from '../http/answer.js';
import { NoQuery, noQuery } from '../http/query-pipe.js';

let document: object | undefined;

@Controller('openapi.json')
export class OpenApiController {
  /** Built when first asked for: a start need not wait for it. */
  @Get()
  async document(@Query(noQuery) _query: NoQuery, @Res() reply: FastifyReply): Promise<void> {
    const { openApiDocument } = await import('./document.js');
    answerRead(reply, (document ??= openApiDocument()));
  }
}
