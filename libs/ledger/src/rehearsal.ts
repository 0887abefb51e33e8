import type { GroupRefused } from './errors.js';
import { Planner, type PlannerSettings } from './planner.js';
import type { Appended, Proposal } from './proposal.js';

/** A file that is rehearsed may repeat itself further apart than a client that tries again. */
const recentIds = 10_000;

/**
 * What would become of proposals if they were appended now, one by one, behind the ledger as it stands: planned by the
 * very code that appends, and never written. It remembers what it has planned as the appender does, the last 10,000
 * ids and 100,000 streams; what is older it takes for not there.
 */
export class Rehearsal<C extends object, R> {
  private readonly planner: Planner<C, R>;

  constructor(settings: PlannerSettings<C, R>) {
    this.planner = new Planner({ ...settings, recentIds });
  }

  /** In order; a refused one leaves no trace in what is judged after it. @throws UnknownTimeline, and what pg throws */
  async judge(proposals: Proposal<C>[], recordedBy: string): Promise<(Appended | GroupRefused)[]> {
    const groups = proposals.map((proposal) => ({ proposals: [proposal], recordedBy }));
    const { verdicts } = await this.planner.plan(groups, false);
    // Nothing planned here is ever taken back.
    this.planner.settled();
    return verdicts.map((verdict) => (Array.isArray(verdict) ? verdict[0]! : verdict));
  }
}
