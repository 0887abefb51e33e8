import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { countParkedMatters } from '#libs/situations';
import { READERS } from '../tokens.js';

export interface Readiness {
  ready: boolean;
  checks: { name: string; ok: boolean; detail?: string }[];
}

/** Whether the service can do its work: the database answers, and no projection is stuck. */
export class CheckReadiness extends Query<Readiness> {}

@QueryHandler(CheckReadiness)
export class CheckReadinessHandler implements IQueryHandler<CheckReadiness> {
  constructor(@Inject(READERS) private readonly readers: Pool) {}

  async execute(): Promise<Readiness> {
    let parked: number;
    try {
      parked = await countParkedMatters(this.readers);
    } catch {
      return {
        ready: false,
        checks: [{ name: 'database', ok: false, detail: 'the database does not answer' }],
      };
    }
    const situations =
      parked === 0
        ? { name: 'situations', ok: true }
        : { name: 'situations', ok: false, detail: `the fold of ${parked} matters failed: they are parked` };
    return { ready: situations.ok, checks: [{ name: 'database', ok: true }, situations] };
  }
}
