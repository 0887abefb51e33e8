import { randomUUID } from 'node:crypto';
import { HttpException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isDatabaseAway, isDatabaseFull, isPoolExhausted } from '#libs/database';
import type { ParameterFault, Problem as Fault } from '#libs/timelines';
import type { IncidentReport } from '../service-log.js';
import { linger } from './linger.js';
import { type ErrorCode, entryOf, isErrorCode, problemType } from './problem-catalogue.js';
import type { RefusalFacts } from './edge-refusal.js';

/** An answer of `application/problem+json` (RFC 9457), with the headers that belong to it. */
export interface ProblemAnswer {
  status: number;
  headers: Record<string, string>;
  body: object;
}

/** What Fastify refuses by itself. */
const fastifyCodes: Record<string, [code: ErrorCode, detail: string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    'too-large',
    'The body may have 4 MiB; send the developments in several requests.',
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'Send JSON, with `Content-Type: application/json`.',
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    'malformed-request',
    'The body does not have the length that Content-Length tells.',
  ],
};

/** Any error as a problem. `report` is told of those that nobody expected, with the id that the answer names. */
export function problemOf(error: unknown, report: IncidentReport): ProblemAnswer {
  const cause = error instanceof HttpException && error.cause !== undefined ? error.cause : error;
  const { code, detail } = cause as { code?: unknown; detail?: unknown };
  if (isErrorCode(code)) {
    return problem(code, typeof detail === 'string' ? detail : (cause as Error).message, cause as Facts);
  }
  const known = typeof code === 'string' ? fastifyCodes[code] : undefined;
  if (known) return problem(...known);
  if (isDatabaseFull(cause)) {
    const detail =
      'Nothing of this request is known to be recorded; send it again once its operator made room.';
    return problem('database-full', detail);
  }
  if (isDatabaseAway(cause)) {
    const code = isPoolExhausted(cause) ? 'database-busy' : 'database-away';
    return problem(code, 'Nothing of this request is known to be recorded; send it again.');
  }
  const status =
    cause instanceof HttpException ? cause.getStatus() : (cause as { statusCode?: number }).statusCode;
  if (status !== undefined && status >= 400 && status < 500) {
    return problem('malformed-request', (cause as Error).message);
  }
  const incident = randomUUID();
  report(incident, cause);
  return problem('internal', `Its log says more under the id ${incident}.`, { incident });
}

/** Facts that libraries and the edge give with an error. */
interface Facts {
  problems?: Fault[];
  pointer?: string;
  parameter?: string;
  /** Of a query. */
  faults?: ParameterFault[];
  currentVersion?: number | undefined;
  incident?: string;
  facts?: RefusalFacts;
}

export function problem(code: ErrorCode, detail: string, given: Facts = {}): ProblemAnswer {
  const { status, title, retryAfter: usual } = entryOf(code);
  const { header, allow, challenge, retryAfter = usual } = given.facts ?? {};
  const errors =
    given.facts?.problems ??
    given.problems ??
    given.faults?.map(({ parameter, detail }): Fault => ({ pointer: `?${parameter}`, detail })) ??
    (given.pointer === undefined ? undefined : [{ pointer: given.pointer, detail }]);
  const body = {
    type: problemType(code),
    title,
    status,
    detail: sentenceOf(errors, detail, given.parameter),
    code,
    ...(given.parameter !== undefined && { parameter: given.parameter }),
    ...(header !== undefined && { header }),
    ...(given.currentVersion !== undefined && { currentVersion: given.currentVersion }),
    ...(given.incident !== undefined && { incident: given.incident }),
    ...(errors && { errors }),
  };
  const headers = {
    ...(allow && { allow: allow.join(', ') }),
    ...(challenge !== undefined && { 'www-authenticate': challenge }),
    ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
  };
  return { status, headers, body };
}

function sentenceOf(errors: Fault[] | undefined, detail: string, parameter?: string): string {
  if (!errors || errors.length === 0) return detail;
  if (errors.length > 1) return `There are ${errors.length} faults; \`errors\` tells each.`;
  return parameter === undefined ? errors[0]!.detail : `${parameter}: ${errors[0]!.detail}`;
}

export function sendProblem(reply: FastifyReply, { status, headers, body }: ProblemAnswer): void {
  linger(reply.request.raw);
  void reply
    .code(status)
    .headers({
      ...headers,
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
    })
    .send(JSON.stringify(body));
}
