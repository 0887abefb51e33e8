import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncidentReport } from '../service-log.js';
import { EdgeRefusal } from './edge-refusal.js';
import { problemOf, sendProblem } from './problem.js';
import type { RouteTable } from './route-table.js';

/** The one voice in which this service says no. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly report: IncidentReport,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent) return;
    const refusal = error instanceof NotFoundException ? this.noRoute(http.getRequest()) : error;
    sendProblem(reply, problemOf(refusal, this.report));
  }

  /** Nest found no route: no such path, or not with this method. */
  private noRoute({ method, url }: FastifyRequest): EdgeRefusal {
    const path = url.split('?', 1)[0]!;
    const allow = this.routes.methodsOf(path);
    if (allow.length === 0 || allow.includes(method)) {
      return new EdgeRefusal('not-found', 'There is no such path; /openapi.json lists those there are.');
    }
    const detail = `${path} answers to ${allow.join(', ')}, not to ${method}.`;
    return new EdgeRefusal('method-not-allowed', detail, { allow });
  }
}
