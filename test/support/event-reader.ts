import http from 'node:http';

export interface StreamEvent {
  id: number;
  event: string;
  data: any;
}

/** A client of server-sent events that keeps what it got, and does not come again by itself. */
export class EventReader {
  readonly events: StreamEvent[] = [];
  /** Comments and fields outside events, as they came. */
  readonly rest: string[] = [];
  status = 0;
  headers: http.IncomingHttpHeaders = {};
  /** Resolves when the answer has ended, or was cut. */
  readonly ended: Promise<void>;
  private readonly request: http.ClientRequest;
  private text = '';
  private waiting: { count: number; resolve: () => void }[] = [];

  constructor(url: string, headers: http.OutgoingHttpHeaders = {}) {
    this.request = http.get(url, { headers, agent: false });
    this.ended = new Promise((resolve) => {
      this.request.on('error', () => resolve());
      this.request.on('response', (response) => {
        this.status = response.statusCode!;
        this.headers = response.headers;
        response.setEncoding('utf8').on('data', (chunk: string) => this.take(chunk));
        response.on('close', resolve).on('error', () => resolve());
      });
    });
  }

  get ids(): number[] {
    return this.events.map(({ id }) => id);
  }

  /** Resolves when `count` events have come; rejects after `patience` ms. */
  async until(count: number, patience = 10_000): Promise<void> {
    if (this.events.length >= count) return;
    let timer: NodeJS.Timeout;
    const late = new Promise<never>((_, reject) => {
      const error = new Error(`${this.events.length} of ${count} events came: ${this.text.slice(0, 300)}`);
      timer = setTimeout(() => reject(error), patience);
    });
    const enough = new Promise<void>((resolve) => this.waiting.push({ count, resolve }));
    await Promise.race([enough, late, this.ended]).finally(() => clearTimeout(timer));
    if (this.events.length < count) throw new Error(`it ended after ${this.events.length} events`);
  }

  close(): void {
    this.request.destroy();
  }

  private take(chunk: string): void {
    this.text += chunk;
    const blocks = this.text.split('\n\n');
    this.text = blocks.pop()!;
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)));
      if (fields.data === undefined) this.rest.push(block);
      else this.events.push({ id: Number(fields.id), event: fields.event, data: JSON.parse(fields.data) });
    }
    this.waiting = this.waiting.filter(({ count, resolve }) => {
      if (this.events.length < count) return true;
      resolve();
      return false;
    });
  }
}
