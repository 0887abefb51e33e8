import { EventEmitter } from 'node:events';
import type { Pool, PoolClient } from 'pg';

/** How long to wait before listening again after a lost connection, in ms. */
const retryAfter = 1_000;

/**
 * One channel of NOTIFY, listened to through lost connections until it is closed. What was notified while the
 * connection was lost never arrives: `lost` says that there may be such, at the loss and when listening again.
 */
export class Channel extends EventEmitter<{ message: [payload: string]; lost: [] }> {
  private client: PoolClient | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param name an identifier of SQL */
  constructor(
    private readonly pool: Pool,
    private readonly name: string,
  ) {
    super();
  }

  /** Resolves when it listens, or is to try again. */
  async listen(): Promise<void> {
    try {
      const client = await this.pool.connect();
      if (this.closed) return client.release();
      this.client = client;
      client.on('notification', ({ payload = '' }) => this.emit('message', payload));
      client.once('error', () => this.listenAgain());
      await client.query(`listen ${this.name}`);
      this.emit('lost');
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
    this.emit('lost');
    clearTimeout(this.retry);
    this.retry = setTimeout(() => void this.listen(), retryAfter).unref();
  }
}
