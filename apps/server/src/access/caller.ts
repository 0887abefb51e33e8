import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Grant, type Role, roles, type Scope } from '#libs/access';
import type { Sight } from '#libs/timelines';
import { recordingTable, sightTable } from './access-table.js';

/** Who asks: what they may see and do, and the name under which the ledger keeps what they record. */
export interface Caller {
  /** The random id of the key; undefined without one. */
  keyId: string | undefined;
  /** Undefined without a key, and for one of another timeline. */
  role: Role | undefined;
  /** The timelines that the key is for, besides those that are public; null for all. */
  scope: Scope;
  sight: Sight;
  /** The random id of the key; nobody without one gets to where something is recorded. */
  recordedBy: string;
  /** Types of developments that they may not record, each with what it would need. */
  mayNotRecord: ReadonlyMap<string, string>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the gate, before anything else looks at the request. */
    caller: Caller | null;
  }
}

/** Who came without a key. */
export const nobody: Caller = {
  keyId: undefined,
  role: undefined,
  scope: new Set<string>(),
  sight: sightTable.public,
  recordedBy: 'nobody',
  mayNotRecord: barredTo(undefined),
};

const barred = new Map(roles.map((role) => [role, barredTo(role)]));

export function callerWith({ keyId, role, scope }: Grant): Caller {
  return { keyId, role, scope, sight: sightTable[role], recordedBy: keyId, mayNotRecord: barred.get(role)! };
}

/** Of a timeline that the key is not for, its holder sees what everybody sees. */
export function withoutRole({ keyId }: Grant): Caller {
  return { ...nobody, keyId };
}

export function callerOf(request: FastifyRequest): Caller {
  return request.caller ?? nobody;
}

/** Hands a controller's method the Caller. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

function barredTo(role: Role | undefined): ReadonlyMap<string, string> {
  const rules = Object.entries(recordingTable).filter(([, may]) => role === undefined || !may.includes(role));
  return new Map(rules.map(([type, may]) => [type, `${type} needs a key with the role ${may.join(' or ')}`]));
}
