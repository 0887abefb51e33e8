import type { ServerResponse } from 'node:http';
import type { Sight } from '#libs/timelines';

/** A comment that keeps proxies from taking a silent stream for a dead one goes out so often, in ms. */
export const heartbeat = 15_000;
/** A reader for which more than so many bytes wait in memory is dropped: 1 MiB. */
export const readerBound = 1024 * 1024;
/** A reader that is catching up may take so long to read what it was sent last, in ms. */
export const catchingUp = 30_000;
/** What a client waits before it comes again, in ms. */
const retry = 2_000;

/**
 * One reader of a stream: an answer that stays open. Whoever reads slower than developments are recorded is dropped
 * rather than kept in memory; it comes again with the last id it saw, and loses nothing.
 */
export class EventConnection {
  private readonly beat: NodeJS.Timeout;

  /** @param next the position that it is sent next */
  constructor(
    private readonly response: ServerResponse,
    readonly sight: Sight,
    public next: number,
  ) {
    response.write(`retry: ${retry}\n\n`);
    this.beat = setInterval(() => this.sayNothing(), heartbeat).unref();
    response.once('close', () => clearInterval(this.beat));
    // A reader that goes away in the middle of a write is nobody's fault.
    response.on('error', () => response.destroy());
  }

  get open(): boolean {
    return !this.response.writableEnded && !this.response.destroyed;
  }

  send(bytes: Buffer): void {
    if (!this.open) return;
    if (this.response.writableLength > readerBound) this.response.destroy();
    else if (bytes.length > 0) this.response.write(bytes);
  }

  private sayNothing(): void {
    if (this.response.writableLength === 0) this.send(comment);
  }

  /** Resolves when it has read what it was sent, and drops it when it does not. */
  async drained(): Promise<void> {
    if (!this.open || !this.response.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(late);
        this.response.off('drain', done).off('close', done);
        resolve();
      };
      const late = setTimeout(() => this.response.destroy(), catchingUp);
      this.response.once('drain', done).once('close', done);
    });
  }

  /** It may still read what waits for it. */
  close(): void {
    clearInterval(this.beat);
    if (this.open) this.response.end();
  }
}

const comment = Buffer.from(':\n\n');
