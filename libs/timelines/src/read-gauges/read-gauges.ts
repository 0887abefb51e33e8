import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Pool } from 'pg';
import { countParkedMatters, indexLag } from '#libs/situations';
import { type VerificationProgress, verificationProgress } from '#libs/verification';
import { READERS } from '../tokens.js';

/** How the records of all timelines stand together; none of them is named. */
export interface Gauges {
  verification: VerificationProgress;
  parkedMatters: number;
  /** Developments that the log's filters have yet to take in. */
  indexLag: number;
}

export class ReadGauges extends Query<Gauges> {}

@QueryHandler(ReadGauges)
export class ReadGaugesHandler implements IQueryHandler<ReadGauges> {
  constructor(@Inject(READERS) private readonly readers: Pool) {}

  async execute(): Promise<Gauges> {
    const [verification, parked, lag] = await Promise.all([
      verificationProgress(this.readers),
      countParkedMatters(this.readers),
      indexLag(this.readers),
    ]);
    return { verification, parkedMatters: parked, indexLag: lag };
  }
}
