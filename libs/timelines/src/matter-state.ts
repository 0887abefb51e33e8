import {
  certaintyOf,
  type Contested,
  formatInstant,
  type Instant,
  type KindTable,
  type SlotState,
} from '#libs/chronology';
import type { NotesOfMatter, SlotRow, StoredNote } from '#libs/situations';

/** The state of a matter as it is served; fields in the contract's order. */
export interface MatterState {
  matter: string;
  kind: string;
  panel: string;
  [field: string]: unknown;
}

export const nothingBeside: NotesOfMatter = { notes: [], upcoming: [] };

/** A slot's state at `asOf`, with what stands beside it. */
export function matterState(
  slot: SlotRow,
  asOf: Instant,
  kinds: KindTable,
  beside: NotesOfMatter = nothingBeside,
): MatterState {
  const { notes, upcoming } = beside;
  return slotState(slot, kinds, {
    certainty: certaintyOf(slot.state, asOf),
    notes: notes.map(noteView),
    upcoming: upcoming.map(noteView),
  });
}

/** What a slot says whatever the asOf; `atAsOf` adds what depends on it, each in its place. */
export function slotState(
  { matter, validFrom, validTo, knownFrom, state }: SlotRow,
  kinds: KindTable,
  atAsOf: { certainty?: string; notes?: unknown[]; upcoming?: unknown[] } = {},
): MatterState {
  const { certainty, notes, upcoming } = atAsOf;
  return {
    ...lifeOf(matter, state, kinds, certainty),
    validFrom: instantView(validFrom),
    validTo: instantView(validTo),
    knownFrom: { position: knownFrom.position, recordedAt: formatInstant(knownFrom.recordedAt) },
    ...contentOf(state),
    ...(notes && { notes }),
    ...(upcoming && { upcoming }),
    lastDevelopment: state.lastDevelopment,
  };
}

/** A state with what stands beside it, without the rectangle that holds it. */
export function stateView(
  matter: string,
  state: SlotState,
  kinds: KindTable,
  { notes, upcoming }: NotesOfMatter,
): MatterState {
  return {
    ...lifeOf(matter, state, kinds),
    ...contentOf(state),
    notes: notes.map(noteView),
    upcoming: upcoming.map(noteView),
    lastDevelopment: state.lastDevelopment,
  };
}

function lifeOf(matter: string, state: SlotState, kinds: KindTable, certainty?: string): MatterState {
  return {
    matter,
    kind: state.kind,
    panel: kinds.get(state.kind)?.panel ?? state.kind,
    phase: state.phase,
    open: state.open,
    ...(certainty !== undefined && { certainty }),
    certainFrom: formatInstant(state.certainFrom),
    approximate: state.approximate,
  };
}

function contentOf(state: SlotState): object {
  return {
    title: state.title,
    actors: state.actors,
    recipients: state.recipients,
    places: state.places,
    quantities: state.quantities.map(({ actor: _actor, ...quantity }) => quantity),
    contested: state.contested satisfies Contested[],
    attribution: state.attribution,
    assertion: state.assertion,
    verification: state.verification,
    anomalies: state.anomalies,
  };
}

export function noteView({ bounds: { earliest, latest }, ...note }: StoredNote): object {
  return {
    ...note,
    bounds: { earliest: earliest === null ? null : formatInstant(earliest), latest: formatInstant(latest) },
  };
}

/** An open end is null. */
export function instantView(instant: Instant): string | null {
  return Number.isFinite(instant) ? formatInstant(instant) : null;
}
