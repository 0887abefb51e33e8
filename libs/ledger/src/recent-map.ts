import type { Undo } from './undo.js';

/** A map that keeps the entries set or read last, at most `limit` of them, and can take changes back. */
export class RecentMap<K, V> {
  private readonly entries = new Map<K, V>();

  constructor(private readonly limit: number) {}

  get(key: K): V | undefined {
    const value = this.entries.get(key);
    if (value !== undefined && this.entries.size > this.limit / 2) {
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
    undo?.push(() => (before === undefined ? this.entries.delete(key) : this.entries.set(key, before)));
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size > this.limit) this.entries.delete(this.entries.keys().next().value!);
  }

  clear(): void {
    this.entries.clear();
  }
}
