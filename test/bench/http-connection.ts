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
  private received: Buffer | undefined;

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
    const data = this.received ? Buffer.concat([this.received, chunk]) : chunk;
    this.received = undefined;
    const headEnd = data.indexOf('\r\n\r\n');
    if (headEnd < 0) {
      this.received = data;
      return;
    }
    const head = data.toString('latin1', 0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head);
    if (!length) return this.fail(new Error(`an answer without content-length:\n${head}`));
    const end = headEnd + 4 + Number(length[1]);
    if (data.length < end) {
      this.received = data;
      return;
    }
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.resolve({ status: Number(head.slice(9, 12)), body: data.subarray(headEnd + 4, end) });
  }

  private fail(error: Error): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
    this.socket.destroy();
  }
}
