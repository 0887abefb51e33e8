import { Body, Controller, Delete, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Access, type Actor, covers, type KeyRequest, type NewKey, readKeys } from '#libs/access';
import { UnknownTimeline } from '#libs/ledger';
import { InvalidCursor, InvalidInput, pageOf, TimelineDirectory } from '#libs/timelines';
import { ACCESS } from '../access/access-token.js';
import { callerOf } from '../access/caller.js';
import { answerJson, answerPage } from '../http/answer.js';
import { emptyBody } from '../http/body-gate.js';
import { KeyId } from '../http/path-parameters.js';
import { Cursor, Limit } from '../http/query-fields.js';
import { NoQuery, noQuery, QueryPipe } from '../http/query-pipe.js';
import { readCreateKeyBody, readRotateKeyBody } from './key-bodies.js';
import { keyView } from './views.js';

export class KeysQuery {
  @IsOptional() @Cursor() after?: string;
  @IsOptional() @Limit() limit = '100';
}

/** Keys: made, replaced and revoked by admins, each within the timelines of its own key. */
@Controller('v1/keys')
export class KeysController {
  constructor(
    @Inject(ACCESS) private readonly access: Access,
    private readonly directory: TimelineDirectory,
  ) {}

  /** The answer is the one place where the key stands. */
  @Post()
  async create(
    @Body() body: unknown,
    @Query(noQuery) _query: NoQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (body === undefined) throw emptyBody();
    const actor = actorOf(request);
    const asked = readCreateKeyBody(body, this.access.clock());
    await this.refuseUnknownTimelines(asked, actor);
    answerNew(reply, await this.access.keys.create(asked, actor));
  }

  @Get()
  async list(
    @Query(new QueryPipe(KeysQuery)) { after, limit }: KeysQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { scope } = callerOf(request);
    const keys = await readKeys(this.access.pool, {
      scope,
      after: after === undefined ? undefined : readCursor(after),
      limit: Number(limit) + 1,
    });
    const { items, next } = pageOf(keys, Number(limit), ({ createdAt, id }) => `${createdAt}.${id}`);
    answerPage(reply, { items: items.map(keyView), next });
  }

  @Post(':key/rotate')
  async rotate(
    @Param('key', KeyId) id: string,
    @Body() body: unknown,
    @Query(noQuery) _query: NoQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    answerNew(reply, await this.access.keys.rotate(id, readRotateKeyBody(body), actorOf(request)));
  }

  /** Revoked for ever; whoever revokes it again is told since when it is. */
  @Delete(':key')
  async revoke(
    @Param('key', KeyId) id: string,
    @Query(noQuery) _query: NoQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const record = await this.access.keys.revoke(id, actorOf(request));
    void reply.header('cache-control', 'no-store');
    answerJson(reply, 200, keyView(record));
  }

  /** A slip in a slug would make a key that opens nothing. Of timelines beyond the asker's own nothing is told. */
  private async refuseUnknownTimelines({ timelines }: KeyRequest, { scope }: Actor): Promise<void> {
    for (const [index, slug] of (timelines ?? []).entries()) {
      if (!covers(scope, slug)) continue;
      try {
        await this.directory.find(slug);
      } catch (error) {
        if (!(error instanceof UnknownTimeline)) throw error;
        throw new InvalidInput('refused', [
          { pointer: `/timelines/${index}`, detail: `${error.message}; make it first.` },
        ]);
      }
    }
  }
}

/** Who changes keys over HTTP. */
function actorOf(request: FastifyRequest): Actor {
  const { keyId, role, scope } = callerOf(request);
  const route = `${request.method} ${request.routeOptions.url}`;
  return { by: keyId!, keyId: keyId!, role: role!, scope, route, address: request.ip };
}

function answerNew(reply: FastifyReply, { text, record }: NewKey): void {
  void reply.header('cache-control', 'no-store');
  answerJson(reply, 201, { key: text, ...keyView(record) });
}

function readCursor(after: string): { createdAt: number; id: string } {
  const [, createdAt, id] = /^(\d{1,16})\.([0-9A-Za-z]{16})$/.exec(after) ?? [];
  if (createdAt === undefined || id === undefined) throw new InvalidCursor(after);
  return { createdAt: Number(createdAt), id };
}
