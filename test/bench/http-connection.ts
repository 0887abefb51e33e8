/**
 * One keep-alive HTTP/1.1 connection with one request under way, on a bare socket: a client library costs as
 * much as a fast server does, and on one machine that cost would be taken for the server's. It reads answers
 * with Content-Length alone, which is what the service sends; anything else is an error, not a guess.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';

export interface Answer {
  status: number;
  body: Buffer;
}

export class HttpConnection {
  private waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  /** Put together once all is there: an answer of some megabytes comes in very many pieces. */
  private received: Buffer[] = [];
  private length = 0;
  private end: { head: number; body: number } | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.take(chunk));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ port, host: '127.0.0.1' });
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new HttpConnection(socket);
  }

  /** Sends one request, head and body as they stand on the wire, and waits for its answer. */
  send(request: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.socket.destroyed) return reject(new Error('the server has closed the connection'));
      this.waiting = { resolve, reject };
      this.socket.write(request);
    });
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.received.push(chunk);
    this.length += chunk.length;
    this.end ??= this.endOf(Buffer.concat(this.received));
    if (this.end === undefined || this.length < this.end.body) return;
    const data = Buffer.concat(this.received);
    const { waiting, end } = this;
    this.waiting = undefined;
    this.forget();
    waiting?.resolve({
      status: Number(data.toString('latin1', 9, 12)),
      body: data.subarray(end.head, end.body),
    });
  }

  /** Where head and body end; undefined as long as the head is not all there. */
  private endOf(data: Buffer): { head: number; body: number } | undefined {
    const headEnd = data.indexOf('\r\n\r\n');
    if (headEnd < 0) return undefined;
    const head = data.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (length) return { head: headEnd + 4, body: headEnd + 4 + Number(length[1]) };
    this.fail(new Error(`an answer without content-length:\n${head}`));
    return undefined;
  }

  private forget(): void {
    this.received = [];
    this.length = 0;
    this.end = undefined;
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
    this.socket.destroy();
  }
}
