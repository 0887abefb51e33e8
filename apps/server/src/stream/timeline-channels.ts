import { Injectable } from '@nestjs/common';
import { DevelopmentFeed } from '#libs/timelines';
import type { EventConnection } from './event-connection.js';
import { TimelineChannel } from './timeline-channel.js';

/** The timelines that somebody reads live, each with its channel. */
@Injectable()
export class TimelineChannels {
  private readonly channels = new Map<string, TimelineChannel>();

  constructor(private readonly feed: DevelopmentFeed) {}

  /**
   * @param size the ledger's, as read a moment ago
   * @returns to be called when the reader has left
   */
  join(timeline: string, size: number, reader: EventConnection): () => void {
    const channel = this.channels.get(timeline) ?? this.open(timeline, size);
    void channel.join(reader);
    return () => channel.leave(reader);
  }

  private open(timeline: string, size: number): TimelineChannel {
    const channel = new TimelineChannel(this.feed, timeline, size, () => this.channels.delete(timeline));
    this.channels.set(timeline, channel);
    return channel;
  }
}
