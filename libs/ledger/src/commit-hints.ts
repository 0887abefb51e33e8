import { EventEmitter } from 'node:events';
import type { Pool } from 'pg';
import { Channel } from '#libs/database';
import { channel } from './write-batch.js';

/**
 * Emits `commit` with (timeline, size) when something was committed, by this process or another. A hint: it
 * may come late, twice, or (while the connection is lost) not at all.
 */
export class CommitHints extends EventEmitter<{ commit: [timeline: string, size: number] }> {
  private readonly channel: Channel;

  constructor(pool: Pool) {
    super();
    this.setMaxListeners(0);
    this.channel = new Channel(pool, channel);
    this.channel.on('message', (payload) => {
      const [timeline = '', size = '0'] = payload.split(' ');
      this.emit('commit', timeline, Number(size));
    });
  }

  /** Begins to listen, and goes on through lost connections until `close`. */
  listen(): Promise<void> {
    return this.channel.listen();
  }

  close(): void {
    this.channel.close();
  }
}
