/**
 * What the open matters of a panel come to: quantities that their kind marks as summed, by actor, name and
 * unit. A matter counts once, however many developments mention it. Reading 13 of docs/adr/0002.
 */
import type { KindTable } from './kinds.js';
import type { QuantityAlternative, QuantityLevel, SlotState } from './state.js';
import { sumOf } from './sum.js';

export interface TotalRow {
  actor: string | null;
  of: string;
  unit: string | null;
  /** Of matters that are certain; of those that are only possible. */
  value: number;
  possible: number;
  /** Of ranges and of contested quantities: their least and their greatest. */
  low: number;
  high: number;
}

/** A matter of the answer, for the totals. */
export interface Counted {
  matter: string;
  certainty: 'certain' | 'possible';
  state: SlotState;
}

/**
 * Rows by panel, in order of (actor, of, unit), null first. Closed matters count for nothing. `identityOf` tells which
 * actor a slug stands for: what several names of one actor have is summed.
 */
export function totalsOf(
  matters: readonly Counted[],
  kinds: KindTable,
  identityOf: (slug: string) => string = (slug) => slug,
): Map<string, TotalRow[]> {
  const panels = new Map<string, TotalRow[]>();
  for (const matter of matters) {
    const kind = kinds.get(matter.state.kind);
    if (!matter.state.open || kind === undefined) continue;
    const summed = matter.state.quantities.filter((level) => kind.summed.includes(level.of));
    for (const level of summed) {
      const share = shareOf(level, matter);
      if (share === null) continue;
      const rows = panels.get(kind.panel) ?? [];
      panels.set(kind.panel, rows);
      addShare(rowFor(level, rows, identityOf), share);
    }
  }
  for (const rows of panels.values()) rows.sort(compareRows);
  return panels;
}

type Share = Pick<TotalRow, 'value' | 'possible' | 'low' | 'high'>;

const none: Share = { value: 0, possible: 0, low: 0, high: 0 };

/** What a level adds to its row; null for words alone. */
function shareOf(level: QuantityLevel, { certainty, state }: Counted): Share | null {
  const contested = alternativesOf(level.of, state);
  if (contested !== undefined) {
    const low = Math.min(...contested.map((each) => each.value ?? each.low!));
    const high = Math.max(...contested.map((each) => each.value ?? each.high!));
    return { ...none, low, high };
  }
  if (level.value !== null) return { ...none, [certainty === 'certain' ? 'value' : 'possible']: level.value };
  return level.low === null ? null : { ...none, low: level.low, high: level.high! };
}

function alternativesOf(of: string, state: SlotState): QuantityAlternative[] | undefined {
  for (const quarrel of state.contested) {
    if ('of' in quarrel && quarrel.of === of) return quarrel.alternatives;
  }
  return undefined;
}

function rowFor(
  { actor: slug, of, unit }: QuantityLevel,
  rows: TotalRow[],
  identityOf: (slug: string) => string,
): TotalRow {
  const actor = slug === null ? null : identityOf(slug);
  const found = rows.find((row) => row.actor === actor && row.of === of && row.unit === unit);
  if (found) return found;
  const row = { actor, of, unit, ...none };
  rows.push(row);
  return row;
}

function addShare(row: TotalRow, share: Share): void {
  row.value = sumOf(row.value, share.value);
  row.possible = sumOf(row.possible, share.possible);
  row.low = sumOf(row.low, share.low);
  row.high = sumOf(row.high, share.high);
}

/** By (actor, of, unit), null first. */
export function compareRows(a: TotalRow, b: TotalRow): number {
  return compareNames(a.actor, b.actor) || compareNames(a.of, b.of) || compareNames(a.unit, b.unit);
}

/** By code unit, so that the order is the same on every machine; null first. */
function compareNames(a: string | null, b: string | null): number {
  if (a === b) return 0;
  return a === null || (b !== null && a < b) ? -1 : 1;
}
