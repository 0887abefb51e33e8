import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The last request that a connection sends, and until when it must have arrived: performance.now(). */
interface Arrival {
  request: IncomingMessage;
  response: ServerResponse;
  deadline: number;
}

const arrivals = new Map<Socket, Arrival>();

/** The time in which a whole request must have arrived, in ms. */
export const arrivalLimit = 300_000;
/** A connection on which nothing moves for so long is cut where it is its client's turn, in ms. */
export const longestSilence = 60_000;

export interface DeadlineSettings {
  /** The time in which a request must have arrived whole, in ms. */
  limit: number;
  /** How often to look, in ms. */
  every: number;
  /** How long nothing may move where something is waited for from the client, in ms. */
  silence: number;
  /** Answers a connection on which nothing was answered yet, and ends it. */
  refuse: (socket: Socket) => void;
}

/**
 * Cuts requests that do not arrive in time, but for those that may take as long as they like. Node's own
 * requestTimeout knows no exceptions, so it is off; its time for the headers stays. And cuts connections on which it is
 * the client's turn and nothing moves: what is answered is not read, or our own side has ended and theirs does not.
 */
export function watchArrivals(server: Server, { limit, every, silence, refuse }: DeadlineSettings): void {
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
  server.setTimeout(silence, (socket) => {
    if (!isOurTurn(socket)) socket.destroy();
  });
}

/** Whether an answer is being worked on, and nothing of it waits to be read, nor for more of its request to come. */
function isOurTurn(socket: Socket): boolean {
  const arrival = arrivals.get(socket);
  if (!arrival || socket.writableLength > 0 || arrival.response.writableFinished) return false;
  // A request that is not answered yet has a deadline.
  return arrival.request.complete || !arrival.response.headersSent;
}

/** Lets a request take until `deadline` to arrive: performance.now(), Infinity for as long as it likes. */
export function setDeadline({ socket }: IncomingMessage, deadline: number): void {
  const arrival = arrivals.get(socket);
  if (arrival) arrival.deadline = deadline;
}
