import type { OutgoingHttpHeaders } from 'node:http';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { DevelopmentFeed, InvalidParameter, isPosition } from '#libs/timelines';
import { Asking, type Caller } from '../access/caller.js';
import { EdgeRefusal } from '../http/edge-refusal.js';
import { cutOff, type Ending, OpenStreams } from '../http/open-streams.js';
import { TimelineSlug } from '../http/path-parameters.js';
import { QueryPipe } from '../http/query-pipe.js';
import { EventConnection } from './event-connection.js';
import { StreamQuery } from './stream-query.js';
import { TimelineChannels } from './timeline-channels.js';

/** Developments as they are recorded, in order, without gap or duplicate, as server-sent events. */
@Controller('v1/timelines/:timeline/stream')
export class StreamController {
  constructor(
    private readonly feed: DevelopmentFeed,
    private readonly channels: TimelineChannels,
    private readonly streams: OpenStreams,
  ) {}

  /** All behind `Last-Event-ID`, else behind `after`, else from the beginning. */
  @Get()
  async stream(
    @Param('timeline', TimelineSlug) timeline: string,
    @Query(new QueryPipe(StreamQuery)) { after, atLeast }: StreamQuery,
    @Asking() { sight, keyId }: Caller,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const size = await this.feed.sizeOf(timeline, atLeast);
    const next = 1 + (lastEventId(request, size) ?? afterOf(after, size));
    void reply.headers(streamHeaders);
    if (request.method === 'HEAD') return void reply.send();
    // Gone while the head was read: nobody would tell us again.
    if (request.raw.socket.destroyed) return;
    let close = (_why: Ending) => undefined as void;
    const release = this.streams.admit({ keyId, address: request.ip }, (why) => close(why));
    reply.hijack();
    reply.raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
    const reader = new EventConnection(reply.raw, sight, next);
    close = (why) => (why === 'key-ended' ? cutOff(reply.raw) : reader.close());
    const leave = this.channels.join(timeline, size, reader);
    reply.raw.once('close', () => {
      release();
      leave();
    });
  }
}

const streamHeaders = {
  'content-type': 'text/event-stream',
  // Nginx would otherwise keep messages back until it has a buffer full.
  'x-accel-buffering': 'no',
};

/** It is newer than the address, which a client that comes again repeats. */
function lastEventId({ headers }: FastifyRequest, size: number): number | undefined {
  const given = headers['last-event-id'];
  if (given === undefined || given === '') return undefined;
  const refuse = (detail: string) =>
    new EdgeRefusal('invalid-header', `Last-Event-ID ${detail}`, { header: 'Last-Event-ID' });
  if (typeof given !== 'string' || !isPosition(given)) {
    throw refuse('must be the id of an event of this stream, which is a position.');
  }
  if (Number(given) >= size) throw refuse(beyond(given, size));
  return Number(given);
}

function afterOf(after: string | undefined, size: number): number {
  const position = Number(after ?? -1);
  if (position < size) return position;
  throw new InvalidParameter('after', beyond(String(position), size));
}

function beyond(position: string, size: number): string {
  const last = size === 0 ? 'it is empty' : `its last position is ${size - 1}`;
  return `${position} is beyond the ledger’s head: ${last}.`;
}
