import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The request that a connection sends, and until when it must have arrived: performance.now(). */
interface Arrival {
  request: IncomingMessage;
  response: ServerResponse;
  deadline: number;
}

const arrivals = new Map<Socket, Arrival>();

/** The time in which a whole request must have arrived, in ms. */
export const arrivalLimit = 300_000;

export interface DeadlineSettings {
  /** The time in which a request must have arrived whole, in ms. */
  limit: number;
  /** How often to look, in ms. */
  every: number;
  /** Answers a connection on which nothing was answered yet, and ends it. */
  refuse: (socket: Socket) => void;
}

/**
 * Cuts requests that do not arrive in time, but for those that may take as long as they like. Node's own
 * requestTimeout knows no exceptions, so it is off; its time for the headers stays.
 */
export function watchArrivals(server: Server, { limit, every, refuse }: DeadlineSettings): void {
  // Before the handler, which may set another deadline.
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    if (!arrivals.has(socket)) socket.once('close', () => arrivals.delete(socket));
    arrivals.set(socket, { request, response, deadline: performance.now() + limit });
  });
  const sweep = setInterval(() => {
    const now = performance.now();
    for (const [socket, { request, response, deadline }] of arrivals) {
      if (request.complete || now < deadline) continue;
      arrivals.delete(socket);
      if (response.headersSent) socket.destroy();
      else refuse(socket);
    }
  }, every).unref();
  server.once('close', () => clearInterval(sweep));
}

/** Lets a request take until `deadline` to arrive: performance.now(), Infinity for as long as it likes. */
export function setDeadline({ socket }: IncomingMessage, deadline: number): void {
  const arrival = arrivals.get(socket);
  if (arrival) arrival.deadline = deadline;
}
