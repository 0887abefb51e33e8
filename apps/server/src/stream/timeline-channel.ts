import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { isDatabaseAway } from '#libs/database';
import { type DevelopmentFeed, type FeedPage, type FlatDevelopment, seenOf } from '#libs/timelines';
import type { EventConnection } from './event-connection.js';

/** What is recorded within so long after something was sent goes out together, in ms. */
const coalescing = 50;
/** What could not be read is asked for again after so long, in ms. */
const retryAfter = 1_000;
/** Developments that a reader who is behind is sent at a time. */
const stretch = 200;

/**
 * The live end of one timeline, shared by all who read it: each development is read once, and encoded once for
 * all readers who may see the same. Whoever is behind catches up by pages of its own, and joins where those end.
 */
export class TimelineChannel {
  private readonly log = new Logger(TimelineChannel.name);
  private readonly live = new Set<EventConnection>();
  private readonly ended = new AbortController();
  private readers = 0;
  /** What keeps it from going on: it is said once, not each second and for each reader. */
  private trouble: string | undefined;

  /** @param next the position that is sent next @param onEmpty called when the last reader has left */
  constructor(
    private readonly feed: DevelopmentFeed,
    private readonly timeline: string,
    private next: number,
    private readonly onEmpty: () => void,
  ) {
    void this.run();
  }

  /** Sends a reader all from its position on, until it leaves. */
  async join(reader: EventConnection): Promise<void> {
    this.readers++;
    while (reader.open && reader.next < this.next) await this.bringUp(reader);
    // Nothing was awaited since it stood where the channel stands: what comes next comes to it too.
    if (reader.open) this.live.add(reader);
  }

  /** To be called once for each that joined, however it ended. */
  leave(reader: EventConnection): void {
    this.live.delete(reader);
    if (--this.readers > 0) return;
    this.ended.abort();
    this.onEmpty();
  }

  private async bringUp(reader: EventConnection): Promise<void> {
    const to = Math.min(this.next, reader.next + stretch);
    try {
      const page = await this.feed.between(this.timeline, reader.next, to);
      reader.send(encode(seenOf(page, reader.sight, reader.next)));
      reader.next = page.entries.at(-1)!.position + 1;
      await reader.drained();
    } catch (error) {
      // It keeps its place: to end the answer would tell it less than to wait with it.
      await this.rest(error);
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    while (!signal.aborted) {
      try {
        for await (const page of this.feed.from(this.timeline, this.next, signal)) {
          this.publish(page);
          await sleep(coalescing);
        }
      } catch (error) {
        await this.rest(error);
      }
    }
  }

  private async rest(error: unknown): Promise<void> {
    const trouble = String(error);
    if (!isDatabaseAway(error) && trouble !== this.trouble)
      this.log.warn(`The stream of ${this.timeline} cannot go on yet: ${trouble}`);
    this.trouble = trouble;
    await sleep(retryAfter);
  }

  /**
   * Without a pause in it, so that nobody joins in the middle of a page. One that cannot be encoded comes again, and
   * passes over whoever was sent it.
   */
  private publish(page: FeedPage): void {
    const next = page.entries.at(-1)!.position + 1;
    const encoded = new Map<string, Buffer>();
    for (const reader of this.live) {
      const from = Math.max(reader.next, this.next);
      const key = `${from} ${JSON.stringify(reader.sight)}`;
      const bytes = encoded.get(key) ?? encode(seenOf(page, reader.sight, from));
      encoded.set(key, bytes);
      reader.send(bytes);
      reader.next = Math.max(reader.next, next);
    }
    this.next = next;
    this.trouble = undefined;
  }
}

/** As server-sent events (WHATWG HTML, section 9.2). JSON has no line break outside its strings, nor in them. */
export function encode(developments: FlatDevelopment[]): Buffer {
  const messages = developments.map(
    (development) =>
      `id: ${development.position}\nevent: development\ndata: ${JSON.stringify(development)}\n\n`,
  );
  return Buffer.from(messages.join(''));
}
