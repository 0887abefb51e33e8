import type { Undo } from './undo.js';

/** Entries touched in so many of the last rounds stay: a batch in flight relies on what it set. */
const roundsKept = 4;

/**
 * A map that keeps the entries set or read last, up to a total weight, and can take changes back. Time goes by
 * rounds; what was touched in the latest ones is kept whatever it weighs.
 */
export class RecentMap<K, V> {
  private readonly entries = new Map<K, { value: V; round: number }>();
  private weight = 0;
  private round = 0;

  constructor(
    private readonly limit: number,
    private readonly weigh: (value: V) => number = () => 1,
  ) {}

  /** Begins another round, and drops what was not touched for long as far as there is too much. */
  nextRound(): void {
    this.round++;
    for (const [key, { round }] of this.entries) {
      if (this.weight <= this.limit || round > this.round - roundsKept) return;
      this.delete(key);
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

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V, undo?: Undo): void {
    const before = this.entries.get(key)?.value;
    undo?.push(() => (before === undefined ? this.delete(key) : this.set(key, before)));
    this.delete(key);
    this.entries.set(key, { value, round: this.round });
    this.weight += this.weigh(value);
  }

  delete(key: K): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    this.weight -= this.weigh(entry.value);
  }

  clear(): void {
    this.entries.clear();
    this.weight = 0;
  }
}
