import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { type Content, formatInstant } from '#libs/chronology';
import { databaseClock } from '#libs/database';
import { type Appended, ConflictingId, GroupRefused, type Ledger } from '#libs/ledger';
import { type DueEmbargo, dueEmbargoes, nextEmbargo } from '#libs/situations';
import { CLOCK, LEDGER, READERS } from '../tokens.js';

/** How often one embargo is lifted anew, at most. */
const mostTimes = 10;
/** Embargoes lifted at a time. */
const most = 500;

export interface ReleasedEmbargoes {
  /** How many were due, and were lifted, by this process or by another. */
  lifted: number;
  /** The others, and why they could not be lifted. */
  failures: { embargo: DueEmbargo; error: unknown }[];
  /** Milliseconds until the next is due; null where nothing more is under embargo. */
  wait: number | null;
  /** Milliseconds by which the clocks of this process and of the database are apart at the least. */
  skew: number;
}

/**
 * Lifts the embargoes that are due by the clocks of this process and of the database: what was let out too early nobody
 * can take back, so that one clock that is fast must not do it. Any number of processes may do it at once, and each may
 * be killed at any moment: the decision's id is made of what it lifts, and an id stands for one entry for ever.
 */
@Injectable()
export class ReleaseEmbargoes {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Content>,
    @Inject(READERS) private readonly readers: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  async execute(): Promise<ReleasedEmbargoes> {
    const before = this.clock();
    const theirs = await databaseClock(this.readers);
    const skew = Math.max(0, before - theirs, theirs - this.clock());
    const now = Math.min(before, theirs);
    const failures: ReleasedEmbargoes['failures'] = [];
    let lifted = 0;
    let due: DueEmbargo[] = [];
    // On behind those that failed: however many there are, they keep none from its end.
    do {
      due = await dueEmbargoes(this.readers, now, most, due.at(-1));
      const outcomes = await Promise.allSettled(due.map((embargo) => this.lift(embargo)));
      outcomes.forEach((outcome, index) => {
        if (outcome.status === 'fulfilled') lifted++;
        else failures.push({ embargo: due[index]!, error: outcome.reason as unknown });
      });
    } while (due.length === most);
    const next = await nextEmbargo(this.readers, now);
    return { lifted, failures, wait: next === null ? null : next - now, skew };
  }

  /** `time`: above 1 where the decisions before it were redacted, and the embargo stood again. */
  private async lift(due: DueEmbargo, time = 1): Promise<Appended[]> {
    const { timeline, position, id: target, matter, until } = due;
    const id = `dateline:embargo-lifted:${position}${time === 1 ? '' : `:${time}`}`;
    const content: Content = {
      id,
      type: 'record.embargo-lifted',
      matter,
      target,
      reason: `Its embargo ended at ${formatInstant(until)}.`,
      attribution: { by: 'dateline', record: 'document' },
    };
    const proposal = { id, freshId: false, stream: matter, content };
    try {
      return await this.ledger.append(timeline, [proposal], 'dateline');
    } catch (error) {
      const isTaken = error instanceof GroupRefused && error.cause instanceof ConflictingId;
      if (!isTaken || time === mostTimes) throw error;
      return this.lift(due, time + 1);
    }
  }
}
