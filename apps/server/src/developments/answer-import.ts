import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NdjsonLine } from '#libs/exchange';
import type { ImportStep } from '#libs/timelines';
import { linger } from '../http/linger.js';
import { problemOf } from '../http/problem.js';
import { arrivalLimit, setDeadline } from '../http/request-deadline.js';
import type { IncidentReport } from '../service-log.js';

/** The bytes of a request; whoever stops reading them leaves the connection as it is. */
export function bytesOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

/** Lines for as long as whoever sends them is there to be answered. */
export async function* untilGone(
  lines: AsyncIterable<NdjsonLine[]>,
  response: ServerResponse,
): AsyncGenerator<NdjsonLine[], void, void> {
  for await (const group of lines) {
    if (response.destroyed) return;
    yield group;
  }
}

/**
 * Answers an import while it goes on: each receipt on a line of its own, and `{line, problem}` at last where it
 * ended early. An answer that is cut off says nothing of what it did not acknowledge. Receipts are taken no faster
 * than their reader reads them.
 */
export async function answerImport(
  request: FastifyRequest,
  reply: FastifyReply,
  steps: AsyncGenerator<ImportStep, void, void>,
  incidents: IncidentReport,
): Promise<void> {
  const { raw } = reply;
  void reply.headers(headers);
  reply.hijack();
  raw.on('error', () => raw.destroy());
  raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
  // A client may wait for the answer to begin before it sends its first line.
  raw.flushHeaders();
  setDeadline(request.raw, Infinity);
  try {
    for await (const step of steps) {
      // What was handed over before is still recorded, and the trail is to know of it.
      if (raw.destroyed) continue;
      if (!raw.write(linesOf(step, incidents))) await drained(raw);
    }
    linger(request.raw);
    raw.end();
  } catch (error) {
    // Else the sender is gone, in the middle of a line perhaps.
    if (!raw.destroyed) incidents(randomUUID(), error);
    raw.destroy();
  } finally {
    // What was sent behind the line that ended it is read and dropped, for a while.
    setDeadline(request.raw, performance.now() + arrivalLimit);
    request.raw.resume();
  }
}

const headers = {
  'content-type': 'application/x-ndjson',
  // Nginx would otherwise keep receipts back until it has a buffer full.
  'x-accel-buffering': 'no',
};

function linesOf({ receipts, ended }: ImportStep, incidents: IncidentReport): string {
  let text = '';
  for (const receipt of receipts) text += `${JSON.stringify(receipt)}\n`;
  if (ended === undefined) return text;
  const { line, error } = ended;
  return `${text}${JSON.stringify({ line, problem: problemOf(error, incidents).body })}\n`;
}

/** Resolves when what was written is on its way, or the connection is gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
    if (response.destroyed) done();
  });
}
