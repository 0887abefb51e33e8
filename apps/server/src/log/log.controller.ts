import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  AwaitPosition,
  ListLogKeys,
  ProveConsistency,
  ProveInclusion,
  ReadCheckpoint,
  ReadTile,
} from '#libs/timelines';
import { formatTlogProof, parseTilePath, readCheckpoint, tileWidth } from '#libs/transparency';
import { AtLeastQuery } from '../http/at-least-query.js';
import { answerBytes, answerRead, answerText } from '../http/answer.js';
import { EdgeRefusal } from '../http/edge-refusal.js';
import { TimelineSlug } from '../http/path-parameters.js';
import { QueryPipe } from '../http/query-pipe.js';
import { ConsistencyQuery, InclusionQuery } from './log-query.js';

const atLeastQuery = new QueryPipe(AtLeastQuery);

/** A full tile never changes; a partial one is soon of no use to anyone. In seconds. */
const [forEver, soonOver] = ['max-age=31536000, immutable', 'max-age=60'];

/** A timeline's log in public formats (C2SP tlog-tiles), for tools that know nothing of this service. */
@Controller('v1/timelines/:timeline/log')
export class LogController {
  constructor(private readonly queries: QueryBus) {}

  @Get('checkpoint')
  async checkpoint(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(atLeastQuery) { atLeast }: AtLeastQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    answerText(reply, await this.queries.execute(new ReadCheckpoint(timeline)));
  }

  @Get('key')
  async key(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(atLeastQuery) { atLeast }: AtLeastQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    const [current] = await this.queries.execute(new ListLogKeys(timeline));
    answerText(reply, `${current}\n`);
  }

  @Get('keys')
  async keys(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(atLeastQuery) { atLeast }: AtLeastQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    const keys = await this.queries.execute(new ListLogKeys(timeline));
    answerText(reply, keys.map((key) => `${key}\n`).join(''));
  }

  @Get('tile/*')
  async tile(
    @Param('timeline', TimelineSlug) timeline: string,
    @Req() { params }: FastifyRequest,
    @Query(atLeastQuery) { atLeast }: AtLeastQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const tile = parseTilePath((params as { '*': string })['*']);
    if (!tile) throw new EdgeRefusal('not-found', 'That is no tile: they are named as in 0/x001/234.p/8.');
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    const { bytes, isPublic } = await this.queries.execute(new ReadTile(timeline, tile));
    const lifetime = tile.width === tileWidth ? forEver : soonOver;
    answerBytes(reply, bytes, `${isPublic ? 'public' : 'private'}, ${lifetime}`);
  }

  @Get('proof')
  async inclusion(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(InclusionQuery)) { atLeast, ...query }: InclusionQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    const proof = await this.queries.execute(new ProveInclusion({ timeline, ...query }));
    void reply.header('vary', `${String(reply.getHeader('vary'))}, Accept`);
    if (!wantsText(request)) return answerRead(reply, proof);
    const { position, size, hashes, checkpoint } = proof;
    if (readCheckpoint(checkpoint).size !== BigInt(size)) {
      const detail = 'A proof as text is to the last checkpoint: leave size out, or ask for JSON.';
      throw new EdgeRefusal('invalid-header', detail, { header: 'Accept' });
    }
    const bytes = hashes.map((hash) => Buffer.from(hash, 'base64'));
    answerText(reply, formatTlogProof({ index: BigInt(position), hashes: bytes, checkpoint }));
  }

  @Get('consistency')
  async consistency(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(ConsistencyQuery)) { atLeast, ...query }: ConsistencyQuery,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.queries.execute(new AwaitPosition(timeline, atLeast));
    answerRead(reply, await this.queries.execute(new ProveConsistency({ timeline, ...query })));
  }
}

/** JSON unless text is asked for by name, and JSON is not. */
function wantsText({ headers: { accept = '' } }: FastifyRequest): boolean {
  return /\btext\/plain\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);
}
