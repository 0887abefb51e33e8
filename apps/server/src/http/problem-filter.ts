import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '#libs/access';
import { HiddenTimeline } from '../access/gate.js';
import { noteRefusedCall } from '../access/note-refused-call.js';
import type { IncidentReport } from '../service-log.js';
import { EdgeRefusal } from './edge-refusal.js';
import { problemOf, sendProblem } from './problem.js';
import type { RouteTable } from './route-table.js';
import { shortened } from './shortened.js';

/** The one voice in which this service says no. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly report: IncidentReport,
    private readonly access: Access,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const refusal = error instanceof NotFoundException ? this.noRoute(http.getRequest()) : error;
    const answer = problemOf(refusal, this.report);
    const { code } = refusal as { code?: string };
    // The trail of the gate has every call that was refused for want of a key or a right, and keys that leaked.
    const kept = code === 'key-in-url' || answer.status === 401 || answer.status === 403;
    if (kept || refusal instanceof HiddenTimeline) noteRefusedCall(this.access, http.getRequest(), code!);
    sendProblem(reply, answer);
  }

  /** Nest found no route: no such path, or not with this method. */
  private noRoute({ method, url }: FastifyRequest): EdgeRefusal {
    const path = url.split('?', 1)[0]!;
    const allow = this.routes.methodsOf(path);
    if (allow.length === 0 || allow.includes(method)) {
      return new EdgeRefusal('not-found', 'There is no such path; /openapi.json lists those there are.');
    }
    const detail = `${shortened(path, 120)} answers to ${allow.join(', ')}, not to ${method}.`;
    return new EdgeRefusal('method-not-allowed', detail, { allow });
  }
}
