import type { Undo } from './undo.js';

/** However heavy they are, so many of the latest entries are kept: a batch in flight relies on what it set. */
const keptAnyway = 4_096;

/** A map that keeps the entries set or read last, up to a total weight, and can take changes back. */
export class RecentMap<K, V> {
  private readonly entries = new Map<K, V>();
  private weight = 0;

  constructor(
    private readonly limit: number,
    private readonly weigh: (value: V) => number = () => 1,
  ) {}

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined && this.weight > this.limit / 2) {
      this.entries.delete(key);
      this.entries.set(key, value);
    }
    return value;
  }

  has(key: K): boolean {
    return this.entries.has(key);
  }

  set(key: K, value: V, undo?: Undo): void {
    const before = this.entries.get(key);
    undo?.push(() => (before === undefined ? this.delete(key) : this.set(key, before)));
    this.delete(key);
    this.entries.set(key, value);
    this.weight += this.weigh(value);
    while (this.weight > this.limit && this.entries.size > keptAnyway) {
      this.delete(this.entries.keys().next().value!);
    }
  }

  delete(key: K): void {
    const value = this.entries.get(key);
    if (value === undefined) return;
    this.entries.delete(key);
    this.weight -= this.weigh(value);
  }

  clear(): void {
    this.entries.clear();
    this.weight = 0;
  }
}
