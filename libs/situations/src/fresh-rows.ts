import type { DevelopmentRow } from './development-row.js';

/** Rows of what was just written, of one log and without a gap: they need not be read back to be indexed. */
export class FreshRows {
  private rows: DevelopmentRow[] = [];
  private begin = 0;

  get length(): number {
    return this.rows.length;
  }

  /** The position behind the last of them. */
  get end(): number {
    return this.begin + this.rows.length;
  }

  /** Takes those of the entries from position `from` on. Nothing stays from before a gap. */
  put(from: number, rows: readonly DevelopmentRow[]): void {
    if (from !== this.end) {
      this.clear();
      this.begin = from;
    }
    this.rows.push(...rows);
  }

  /** Gives the rows of the entries from `from` to before `to` away, and drops those before; undefined unless all are here. */
  take(from: number, to: number): DevelopmentRow[] | undefined {
    if (from < this.begin || to > this.end) return undefined;
    const taken = this.rows.splice(0, to - this.begin);
    this.begin = to;
    return taken.slice(taken.length - (to - from));
  }

  clear(): void {
    this.rows = [];
    this.begin = 0;
  }
}
