import { certaintyOf, type Instant, type KindTable, type TotalRow, totalsOf } from '#libs/chronology';
import type { SlotRow } from '#libs/situations';
import type { MatterState } from '../matter-state.js';

export interface Panel {
  panel: string;
  totals: TotalRow[];
  matters: MatterState[];
}

/** The matters shown, panel by panel in the order of the table of kinds, each with its totals. */
export function panelsOf(
  shown: { slot: SlotRow; view: MatterState }[],
  asOf: Instant,
  kinds: KindTable,
): Panel[] {
  const totals = totalsOf(
    shown.map(({ slot: { matter, state } }) => ({ matter, state, certainty: certaintyOf(state, asOf) })),
    kinds,
  );
  const panels = new Map<string, Panel>();
  for (const { panel } of kinds.values()) {
    panels.set(panel, { panel, totals: totals.get(panel) ?? [], matters: [] });
  }
  for (const { view } of shown) panels.get(view.panel)?.matters.push(view);
  return [...panels.values()].filter(({ matters }) => matters.length > 0);
}
