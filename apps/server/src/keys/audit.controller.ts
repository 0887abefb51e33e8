import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import { IsOptional, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { type Access, gateActions, readGateEvents } from '#libs/access';
import { parseInstant } from '#libs/chronology';
import { InvalidCursor, InvalidParameter, pageOf } from '#libs/timelines';
import { ACCESS } from '../access/access-token.js';
import { Asking, type Caller } from '../access/caller.js';
import { answerPage } from '../http/answer.js';
import { Cursor, Limit, OneOf, Point, Slug } from '../http/query-fields.js';
import { QueryPipe } from '../http/query-pipe.js';
import { gateEventView } from './views.js';

export class AuditQuery {
  @IsOptional() @Cursor() after?: string;
  @IsOptional() @Limit() limit = '100';
  @IsOptional() @Slug() timeline?: string;
  @IsOptional() @OneOf(...gateActions) action?: string;
  @IsOptional()
  @Matches(/^[0-9A-Za-z]{16}$/, { message: 'must be the id of a key, never the key itself' })
  key?: string;
  @IsOptional() @Point() since?: string;
  @IsOptional() @Point() until?: string;
}

/** What the gate saw: failed calls, changes of keys, redactions, exports. */
@Controller('v1/audit')
export class AuditController {
  constructor(@Inject(ACCESS) private readonly access: Access) {}

  /** The latest first; of the timelines of the caller's key. */
  @Get()
  async list(
    @Query(new QueryPipe(AuditQuery)) query: AuditQuery,
    @Asking() { scope }: Caller,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { after, timeline, action, key, since, until } = query;
    const limit = Number(query.limit);
    const events = await readGateEvents(this.access.pool, {
      scope,
      timeline,
      action,
      keyId: key,
      limit: limit + 1,
      from: instantOf('since', since),
      to: instantOf('until', until),
      before: after === undefined ? undefined : readCursor(after),
    });
    const { items, next } = pageOf(events, limit, ({ at, id }) => `${at}.${id}`);
    answerPage(reply, { items: items.map(gateEventView), next });
  }
}

function instantOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  throw new InvalidParameter(name, 'must be an RFC 3339 instant such as 2025-08-29T12:00:00Z');
}

function readCursor(after: string): { at: number; id: string } {
  const [, at, id] = /^(\d{1,16})\.([0-9a-f-]{36})$/.exec(after) ?? [];
  if (at === undefined || id === undefined) throw new InvalidCursor(after);
  return { at: Number(at), id };
}
