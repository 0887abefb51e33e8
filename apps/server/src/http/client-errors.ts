import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';
import { everywhere } from './edge-headers.js';
import { problem } from './problem.js';
import type { EdgeCode } from './problem-catalogue.js';

/** Bytes that the request line and the headers may have together: 16 KiB. */
export const headerLimit = 16 * 1024;

/** What Node's parser says of bytes that are no request it can take (llhttp's HPE_… codes, and Node's own). */
const codes: Record<string, [code: EdgeCode, detail: string]> = {
  HPE_HEADER_OVERFLOW: ['headers-too-large', 'Request line and headers may have 16 KiB together.'],
  // Of the headers; a body has a deadline of its own.
  ERR_HTTP_REQUEST_TIMEOUT: ['request-timeout', 'The request did not arrive in time.'],
};

/** Answers a connection on which no request could be read, in the same voice as everything else, and ends it. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuse(
    socket,
    ...(codes[error.code ?? ''] ?? ['malformed-request', 'These bytes are no HTTP/1.1 request.']),
  );
}

/** Answers a request whose body did not arrive in time, and ends its connection. */
export function answerLateRequest(socket: Socket): void {
  refuse(socket, ...codes['ERR_HTTP_REQUEST_TIMEOUT']!);
  // The rest of the request is not waited for.
  socket.destroySoon();
}

function refuse(socket: Socket, code: EdgeCode, detail: string): void {
  const { status, body } = problem(code, detail);
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(text)}`,
      ...Object.entries(everywhere).map(([name, value]) => `${name}: ${value}`),
      'Connection: close',
      '',
      text,
    ].join('\r\n'),
  );
}
