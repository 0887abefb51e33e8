import { EventEmitter } from 'node:events';
import type { Pool, PoolClient } from 'pg';
import { channel } from './write-batch.js';

/** How long to wait before listening again after a lost connection, in ms. */
const retryAfter = 1_000;

/**
 * Emits `commit` with (timeline, size) when something was committed, by this process or another. A hint: it
 * may come late, twice, or (while the connection is lost) not at all.
 */
export class CommitHints extends EventEmitter<{ commit: [timeline: string, size: number] }> {
  private client: PoolClient | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly pool: Pool) {
    super();
    this.setMaxListeners(0);
  }

  /** Begins to listen, and goes on through lost connections until `close`. */
  async listen(): Promise<void> {
    try {
      const client = await this.pool.connect();
      if (this.closed) return client.release();
      this.client = client;
      client.on('notification', ({ payload = '' }) => {
        const [timeline = '', size = '0'] = payload.split(' ');
        this.emit('commit', timeline, Number(size));
      });
      client.once('error', () => this.listenAgain());
      await client.query(`listen ${channel}`);
    } catch {
      this.listenAgain();
    }
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.client?.release(true);
    this.client = undefined;
  }

  private listenAgain(): void {
    this.client?.release(true);
    this.client = undefined;
    if (this.closed) return;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.listen(), retryAfter).unref();
  }
}
