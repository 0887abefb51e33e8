import { Allowance, type Member } from './allowance.js';
import type { Undo } from './undo.js';

/** Entries touched in so many of the last rounds stay: a batch in flight relies on what it set. */
const roundsKept = 4;

/**
 * A map that keeps the entries set or read last, up to a total weight, and can take changes back. Time goes by
 * rounds; what was touched in the latest ones is kept whatever it weighs, until the map rests.
 */
export class RecentMap<K, V> implements Member {
  private readonly entries = new Map<K, { value: V; round: number }>();
  private readonly allowance: Allowance;
  private round = 0;
  /** The round in which it was last asked for what is idle. */
  private idleSince = 0;

  /**
   * @param limit a weight of its own, or one that it shares with others
   * @param shrink what may stay of a value that would be dropped, of about this weight; undefined for nothing
   */
  constructor(
    limit: number | Allowance,
    private readonly weigh: (value: V) => number = () => 1,
    private readonly shrink: (value: V, to: number) => V | undefined = () => undefined,
  ) {
    this.allowance = typeof limit === 'number' ? new Allowance(limit) : limit;
  }

  /** Begins another round, and drops what was not touched for long as far as there is too much. */
  nextRound(): void {
    this.round++;
    this.allowance.makeRoom(this);
  }

  /** Nothing is in flight: nobody relies on what was touched so far. */
  rest(): void {
    this.round += roundsKept;
  }

  dropOld(): void {
    for (const [key, { value, round }] of this.entries) {
      if (!this.allowance.exceeded || round > this.lastAtRest) return;
      const rest = this.shrink(value, Math.floor(this.weigh(value) / 2));
      // What was shrunk stands last, like what is touched.
      if (rest === undefined) this.delete(key);
      else this.set(key, rest);
    }
  }

  dropIdle(isTooMuch: () => boolean, end: number): void {
    const untouched = Math.min(this.idleSince, this.lastAtRest);
    this.idleSince = this.round;
    for (const [key, entry] of this.entries) {
      if (entry.round > untouched || !isTooMuch()) return;
      const rest = this.shrink(entry.value, end);
      if (rest === undefined) {
        this.delete(key);
      } else {
        this.allowance.add(this.weigh(rest) - this.weigh(entry.value));
        entry.value = rest;
      }
    }
  }

  get(key: K): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.round !== this.round) {
      // Touched anew, it stands last.
      this.entries.delete(key);
      this.entries.set(key, entry);
      entry.round = this.round;
    }
    return entry.value;
  }

  /** The value, where nothing in flight relies on it. It is not touched by this. */
  atRest(key: K): V | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.round <= this.lastAtRest ? entry.value : undefined;
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V, undo?: Undo): void {
    const before = this.entries.get(key)?.value;
    undo?.push(() => (before === undefined ? this.delete(key) : this.set(key, before)));
    this.delete(key);
    this.entries.set(key, { value, round: this.round });
    this.allowance.add(this.weigh(value));
  }

  delete(key: K): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.allowance.add(-this.weigh(entry.value));
  }

  clear(): void {
    for (const { value } of this.entries.values()) this.allowance.add(-this.weigh(value));
    this.entries.clear();
    this.allowance.leave(this);
  }

  /** The last round of which nothing is in flight. */
  private get lastAtRest(): number {
    return this.round - roundsKept;
  }
}
