import { type Allowance, RecentMap, type Undo } from '#libs/ledger';
import { type Held, shrinkHeld, weighHeld } from './held-account.js';

/** What an account with one development weighs. */
const ofOne = 2;
/** Accounts of one development that are held: of matters that were opened while the last batches came. */
const newMatters = 1_000;

/**
 * The accounts of one timeline's matters that are held in memory, those used last. What has one development is read anew
 * in no time, and may never have a second: it is let go first. Where new matters come thick and fast, holding on to
 * them all cost the service a quarter of its time in garbage collections. What has many keeps its last ones when it has to
 * give way: otherwise busy matters that together have more than may be held would all be read anew, again and again.
 */
export class Accounts {
  private readonly opened = new RecentMap<string, Held>(newMatters * ofOne, weighHeld);
  private readonly kept: RecentMap<string, Held>;

  /** @param allowance for what is kept, in developments */
  constructor(allowance: Allowance) {
    this.kept = new RecentMap(allowance, weighHeld, shrinkHeld);
  }

  nextRound(): void {
    this.opened.nextRound();
    this.kept.nextRound();
  }

  /** Nothing is in flight: what is held may be dropped for other timelines' sake. */
  rest(): void {
    this.opened.rest();
    this.kept.rest();
  }

  get(matter: string): Held | undefined {
    return this.kept.get(matter) ?? this.opened.get(matter);
  }

  set(matter: string, held: Held, undo?: Undo): void {
    const before = this.get(matter);
    undo?.push(() => (before === undefined ? this.delete(matter) : this.set(matter, before)));
    const isNew = weighHeld(held) <= ofOne;
    (isNew ? this.opened : this.kept).set(matter, held);
    (isNew ? this.kept : this.opened).delete(matter);
  }

  delete(matter: string): void {
    this.opened.delete(matter);
    this.kept.delete(matter);
  }

  clear(): void {
    this.opened.clear();
    this.kept.clear();
  }
}
