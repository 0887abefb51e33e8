import { formatInstant, type KindTable } from '#libs/chronology';
import type { NotesOfMatter, ParkedMatter, SlotRow } from '#libs/situations';
import { checkKind, checkPanel } from './known-names.js';
import { matterState } from './matter-state.js';
import { panelsOf } from './panels.js';
import type { Point, PointParameters } from './point.js';

export interface SituationParameters extends PointParameters {
  kind?: string | undefined;
  panel?: string | undefined;
  /** Matters that name this actor, or recipient. */
  actor?: string | undefined;
  place?: string | undefined;
  includeClosed?: boolean | undefined;
}

/** What a situation is shaped from, whether it was looked up in the read models or folded from the ledger. */
export interface SituationSource {
  /** By matter. */
  slots: SlotRow[];
  beside: ReadonlyMap<string, NotesOfMatter>;
  parked: Omit<ParkedMatter, 'timeline'>[];
}

/** @throws InvalidParameter */
export function checkSituationNames({ kind, panel }: SituationParameters, kinds: KindTable): void {
  if (kind !== undefined) checkKind(kind, kinds);
  if (panel !== undefined) checkPanel(panel, kinds);
}

/** Whether the filters let a matter's slot through. */
export function isAskedFor(
  { state }: SlotRow,
  { kind, panel, actor, place, includeClosed = false }: SituationParameters,
  { kinds, registry }: Pick<Point, 'kinds' | 'registry'>,
): boolean {
  const isActor = (slug: string) => registry.identityOf(slug) === registry.identityOf(actor!);
  return (
    (includeClosed || state.open) &&
    (kind === undefined || state.kind === kind) &&
    (panel === undefined || kinds.get(state.kind)?.panel === panel) &&
    (actor === undefined || state.actors.some(isActor) || state.recipients.some(isActor)) &&
    (place === undefined || state.places.some(({ ref }) => ref === place))
  );
}

/** The situation as it is served; `slots` are those asked for. */
export function situationAnswer(
  { timeline, asOf, knownAt, knownAtView, kinds, registry }: Point,
  { slots, beside, parked }: SituationSource,
): object {
  const matters = new Set(slots.map(({ matter }) => matter));
  const shown = slots.map((slot) => ({
    slot,
    view: matterState(slot, asOf, kinds, beside.get(slot.matter)),
  }));
  return {
    timeline: timeline.slug,
    asOf: formatInstant(asOf),
    knownAt: knownAtView,
    panels: panelsOf(shown, asOf, kinds, registry),
    contested: slots.filter(({ state }) => state.contested.length > 0).map(({ matter }) => matter),
    anomalies: [
      ...slots.flatMap(({ matter, state }) => state.anomalies.map((anomaly) => ({ matter, ...anomaly }))),
      ...parked
        .filter(({ matter, position }) => position <= knownAt && matters.has(matter))
        .map(({ matter, position, reason }) => ({
          matter,
          code: 'parked',
          detail: `its fold failed at position ${position} and its slots stand as they were: ${reason}`,
        })),
    ],
  };
}
