import type { DevelopmentRow } from './development-row.js';

/** Terms held, of some thirty bytes each: ten thousand developments as wire desks send them. */
const mostTerms = 400_000;

/** Rows of what was just written, of one log and without a gap: they need not be read back to be indexed. */
export class FreshRows {
  private rows: DevelopmentRow[] = [];
  private begin = 0;
  private terms = 0;

  get length(): number {
    return this.rows.length;
  }

  /** The position behind the last of them. */
  get end(): number {
    return this.begin + this.rows.length;
  }

  /** Takes those of the entries from position `from` on. Nothing stays from before a gap, nor where there is too much. */
  put(from: number, rows: readonly DevelopmentRow[]): void {
    if (from !== this.end || this.terms > mostTerms) {
      this.clear();
      this.begin = from;
    }
    for (const row of rows) {
      this.rows.push(row);
      this.terms += row.terms.length;
    }
  }

  /** Gives the rows of the entries from `from` to before `to` away, and drops those before; undefined unless all are here. */
  take(from: number, to: number): DevelopmentRow[] | undefined {
    if (from < this.begin || to > this.end) return undefined;
    const taken = this.rows.splice(0, to - this.begin);
    this.begin = to;
    for (const { terms } of taken) this.terms -= terms.length;
    return taken.slice(taken.length - (to - from));
  }

  clear(): void {
    this.rows = [];
    this.begin = this.terms = 0;
  }
}
