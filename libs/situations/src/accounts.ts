import { type Bounds, type Content, suffices } from '#libs/chronology';
import { type Allowance, RecentMap, type Undo } from '#libs/ledger';
import { type Held, isParked, shrinkHeld, weighHeld } from './held-account.js';

/** What an account with one development weighs. */
const ofOne = 2;
/** Accounts of one development that are held: of matters that were opened while the last batches came. */
const newMatters = 1_000;
/** Developments that an end has at first: what comes in order, or late by a few, finds its place there. */
const firstReach = 64;
/** How much more of a matter's end is held once it did not suffice. */
const deeper = 4;

interface Kept {
  readonly held: Held;
  /** So many of its last developments were enough of late. */
  reach: number;
}

const weighKept = ({ held }: Kept): number => weighHeld(held);

function shrinkKept({ held, reach }: Kept, to: number): Kept | undefined {
  const short = shrinkHeld(held, to);
  return short && { held: short, reach };
}

/**
 * The accounts of one timeline's matters that are held in memory, those used last. What has one development is read anew
 * in no time, and may never have a second: it is let go first. Where new matters come thick and fast, holding on to
 * them all cost the service a quarter of its time in garbage collections. What has many keeps its last ones when it has to
 * give way: otherwise busy matters that together have more than may be held would all be read anew, again and again.
 *
 * And what has many is cut to an end of it where that was enough of late (`endOf`): most matters are told in order. One that
 * the desk decides about, or that hears of what was long ago, is soon held whole again.
 */
export class Accounts {
  private readonly opened = new RecentMap<string, Kept>(newMatters * ofOne, weighKept);
  private readonly kept: RecentMap<string, Kept>;

  /** @param allowance for what is kept, in developments */
  constructor(allowance: Allowance) {
    this.kept = new RecentMap(allowance, weighKept, shrinkKept);
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
    return this.entry(matter)?.held;
  }

  set(matter: string, held: Held, undo?: Undo): void {
    const before = this.entry(matter);
    undo?.push(() => (before === undefined ? this.delete(matter) : this.set(matter, before.held)));
    const isNew = weighHeld(held) <= ofOne;
    (isNew ? this.opened : this.kept).set(matter, { held, reach: before?.reach ?? firstReach });
    (isNew ? this.kept : this.opened).delete(matter);
  }

  /** The end of an account that holds more than twice as much as was enough of late. */
  endOf(matter: string): Held | undefined {
    const kept = this.kept.atRest(matter);
    if (kept === undefined || weighKept(kept) <= 2 * kept.reach) return undefined;
    const end = shrinkHeld(kept.held, kept.reach);
    if (end === undefined) kept.reach = weighKept(kept);
    return end;
  }

  /** Learns from what is to be recorded how long an end of its matter has to be. */
  learn(matter: string, content: Content, bounds: Bounds | null): void {
    const { held, reach } = this.entry(matter)!;
    if (!isParked(held) && !suffices(held, content, bounds, reach)) this.reachDeeper(matter);
  }

  /** An end of the length that was enough of late does not suffice for what comes now, where one is held. */
  reachDeeper(matter: string): void {
    const entry = this.entry(matter);
    // What is shorter had to give way.
    if (entry !== undefined && weighKept(entry) >= entry.reach) entry.reach *= deeper;
  }

  delete(matter: string): void {
    this.opened.delete(matter);
    this.kept.delete(matter);
  }

  clear(): void {
    this.opened.clear();
    this.kept.clear();
  }

  private entry(matter: string): Kept | undefined {
    return this.kept.get(matter) ?? this.opened.get(matter);
  }
}
