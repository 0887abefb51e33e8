/** A panel's totals over the open matters of the situation: time.md "Totals", ADR 0002 reading 13. */
import { isWorld } from '#libs/chronology';
import type { KindTable, QuantityLevel, Recorded, SlotState } from '#libs/chronology';
import { onPaper } from './levels.js';
import { naiveState } from './state.js';

export interface TotalRow {
  actor: string | null;
  of: string;
  unit: string | null;
  /** Sum over the certain matters, and over the others. */
  value: number;
  possible: number;
  /** Sums of what is contested or given as a range. */
  low: number;
  high: number;
}

/** Rows by panel, ordered by (actor, of, unit), null first. A panel without a row is absent. */
export function naiveTotals(
  ledger: Recorded[],
  kinds: KindTable,
  asOf: number,
  knownAt: number,
): Map<string, TotalRow[]> {
  const matters = new Set(
    ledger.filter(({ content }) => isWorld(content)).map(({ content }) => content.matter),
  );
  const panels = new Map<string, TotalRow[]>();
  for (const matter of matters) {
    const state = naiveState(ledger, kinds, matter, asOf, knownAt);
    if (state === null || !state.open) continue;
    const kind = kinds.get(state.kind)!;
    for (const level of state.quantities.filter(({ of }) => kind.summed.includes(of))) {
      const part = contribution(state, level, asOf);
      if (part !== null) panels.set(kind.panel, added(panels.get(kind.panel) ?? [], part));
    }
  }
  for (const rows of panels.values()) rows.sort(byKey);
  return panels;
}

/** What one level adds to its row; null when it has no number. */
function contribution(state: SlotState, level: QuantityLevel, asOf: number): TotalRow | null {
  const { actor, of, unit, value, low, high } = level;
  const row: TotalRow = { actor, of, unit, value: 0, possible: 0, low: 0, high: 0 };
  for (const quarrel of state.contested) {
    if (!('of' in quarrel) || quarrel.of !== of) continue;
    const least = quarrel.alternatives.map((one) => one.value ?? one.low!);
    const greatest = quarrel.alternatives.map((one) => one.value ?? one.high!);
    return { ...row, low: Math.min(...least), high: Math.max(...greatest) };
  }
  if (value !== null) return state.certainFrom <= asOf ? { ...row, value } : { ...row, possible: value };
  return low === null ? null : { ...row, low, high: high! };
}

function added(rows: TotalRow[], part: TotalRow): TotalRow[] {
  const row = rows.find((one) => byKey(one, part) === 0);
  if (row === undefined) return [...rows, part];
  row.value = onPaper(row.value + part.value);
  row.possible = onPaper(row.possible + part.possible);
  row.low = onPaper(row.low + part.low);
  row.high = onPaper(row.high + part.high);
  return rows;
}

function byKey(a: TotalRow, b: TotalRow): number {
  return nullFirst(a.actor, b.actor) || nullFirst(a.of, b.of) || nullFirst(a.unit, b.unit);
}

/** By code unit, as in the C collation for the slugs and plain words that stand here. */
function nullFirst(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
