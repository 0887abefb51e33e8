/** What differs between two situations, matter by matter, and what that makes of the totals. */
import type { SlotState } from './state.js';
import { compareRows, type TotalRow } from './totals.js';

/** A matter at one point of both clocks: its state, and what depends on the instant. */
export interface MatterAt extends SlotState {
  certainty: 'certain' | 'possible';
  notes: readonly object[];
  upcoming: readonly object[];
}

export interface Difference {
  change: 'appeared' | 'changed' | 'went';
  /** Names of the fields that differ, in the order of a state; none where it appeared or went. */
  fields: (keyof MatterAt)[];
}

/** How a matter differs between two points (null: it is not in the situation); null where it does not. */
export function diffMatter(before: MatterAt | null, after: MatterAt | null): Difference | null {
  if (before === null || after === null) {
    if (before === after) return null;
    return { change: before === null ? 'appeared' : 'went', fields: [] };
  }
  const fields = (Object.keys(after) as (keyof MatterAt)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  return fields.length === 0 ? null : { change: 'changed', fields };
}

export type Amounts = Pick<TotalRow, 'value' | 'possible' | 'low' | 'high'>;

/** A row of a panel's totals that is another one than before; a row that is not there is all zero. */
export interface TotalDifference extends Omit<TotalRow, keyof Amounts> {
  panel: string;
  before: Amounts;
  after: Amounts;
}

type Totals = ReadonlyMap<string, readonly TotalRow[]>;

/** The rows that differ, by panel in the order given, each panel's in the order of totals. */
export function diffTotals(before: Totals, after: Totals, panels: Iterable<string>): TotalDifference[] {
  return [...new Set(panels)].flatMap((panel) => {
    const [old, fresh] = [before.get(panel) ?? [], after.get(panel) ?? []];
    const rows = [...old, ...fresh.filter((row) => !find(old, row))].sort(compareRows);
    return rows.flatMap(({ actor, of, unit }) => {
      const key = { actor, of, unit };
      const [was, is] = [amountsOf(find(old, key)), amountsOf(find(fresh, key))];
      const same = was.value === is.value && was.possible === is.possible;
      if (same && was.low === is.low && was.high === is.high) return [];
      return [{ panel, ...key, before: was, after: is }];
    });
  });
}

type Key = Pick<TotalRow, 'actor' | 'of' | 'unit'>;

function find(rows: readonly TotalRow[], { actor, of, unit }: Key): TotalRow | undefined {
  return rows.find((row) => row.actor === actor && row.of === of && row.unit === unit);
}

function amountsOf(row: TotalRow | undefined): Amounts {
  const { value = 0, possible = 0, low = 0, high = 0 } = row ?? {};
  return { value, possible, low, high };
}
