import type { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';

/**
 * Where the connection is to be closed behind the answer to a request that is not whole: ends its own side alone, and
 * leaves the rest to be read and dropped, until it is whole or its deadline over (see watchArrivals). What is closed with
 * bytes unread is reset, and a reset takes the answer with it (RFC 9112, section 9.6).
 */
export function linger(request: IncomingMessage): void {
  if (request.complete) return;
  const { socket } = request;
  // What Node calls once the answer is out.
  socket.destroySoon = () => {
    const close = () => Socket.prototype.destroySoon.call(socket);
    if (request.closed) return close();
    socket.end();
    request.once('close', close);
  };
}
