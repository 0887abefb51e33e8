import { Inject, Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { type Content, formatInstant, type Instant } from '#libs/chronology';
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
  /** Why the others could not be lifted. */
  failures: unknown[];
  /** When to look again at the latest, ms; null where nothing more is under embargo. */
  next: Instant | null;
}

/**
 * Lifts the embargoes that are due. Any number of processes may do it at once, and each may be killed at any moment:
 * the decision's id is made of what it lifts, and an id stands for one entry for ever.
 */
@Injectable()
export class ReleaseEmbargoes {
  constructor(
    @Inject(LEDGER) private readonly ledger: Ledger<Content>,
    @Inject(READERS) private readonly readers: Pool,
    @Inject(CLOCK) private readonly clock: () => number,
  ) {}

  async execute(): Promise<ReleasedEmbargoes> {
    const now = this.clock();
    const failures: unknown[] = [];
    let lifted = 0;
    let due: DueEmbargo[] = [];
    // On behind those that failed: however many there are, they keep none from its end.
    do {
      due = await dueEmbargoes(this.readers, now, most, due.at(-1));
      for (const outcome of await Promise.allSettled(due.map((embargo) => this.lift(embargo)))) {
        if (outcome.status === 'rejected') failures.push(outcome.reason);
        else lifted++;
      }
    } while (due.length === most);
    return { lifted, failures, next: await nextEmbargo(this.readers, now) };
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
