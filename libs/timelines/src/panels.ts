import {
  certaintyOf,
  type Instant,
  type KindTable,
  type Registry,
  type TotalRow,
  totalsOf,
} from '#libs/chronology';
import type { SlotRow } from '#libs/situations';
import type { MatterState } from './matter-state.js';

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
  registry: Registry,
): Panel[] {
  const totals = totalsAt(
    shown.map(({ slot }) => slot),
    asOf,
    kinds,
    registry,
  );
  const panels = new Map<string, Panel>();
  for (const { panel } of kinds.values()) {
    panels.set(panel, { panel, totals: totals.get(panel) ?? [], matters: [] });
  }
  for (const { view } of shown) panels.get(view.panel)?.matters.push(view);
  return [...panels.values()].filter(({ matters }) => matters.length > 0);
}

/** Totals by panel of the open ones among these matters, under the identities that actors have at the point. */
export function totalsAt(
  slots: SlotRow[],
  asOf: Instant,
  kinds: KindTable,
  registry: Registry,
): Map<string, TotalRow[]> {
  const counted = slots.map(({ matter, state }) => ({ matter, state, certainty: certaintyOf(state, asOf) }));
  return totalsOf(counted, kinds, registry.identityOf);
}
