import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Sight, wholeSight } from '#libs/timelines';

/** Who asks: what they may see, and the name under which the ledger keeps what they record. */
export interface Caller {
  sight: Sight;
  /** The random id of the key; undefined without one. */
  keyId: string | undefined;
  /** The random id of the key; `local` while no keys exist. */
  recordedBy: string;
}

const local: Caller = { sight: wholeSight, keyId: undefined, recordedBy: 'local' };

export function callerOf(_request: FastifyRequest): Caller {
  return local;
}

/** Hands a controller's method the Caller. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
