/** What an answer should say of a matter at one point, worked out from its raw entries alone. */
import {
  builtInKinds,
  type Instant,
  isWorld,
  type Note,
  type Recorded,
  replay,
  type SlotState,
} from '#libs/chronology';
import { naiveNotes, naiveUpcoming } from '../naive/index.js';
import { iso } from './points.js';

const isoOrNull = (instant: Instant) => (Number.isFinite(instant) ? iso(instant) : null);

const noteView = ({ bounds, ...note }: Note) => ({
  ...note,
  bounds: { earliest: isoOrNull(bounds.earliest), latest: isoOrNull(bounds.latest) },
});

/** The histories of the matters, each with its own entries alone, which is all that its state depends on. */
export function byMatter(history: Recorded[]): Map<string, Recorded[]> {
  const worlds = history.filter(({ content }) => isWorld(content));
  const matters = [...new Set(worlds.map(({ content }) => content.matter))].sort();
  return new Map(
    matters.map((matter) => [matter, history.filter(({ content }) => content.matter === matter)]),
  );
}

/** A matter at a point, worked out from its raw entries alone: what an answer says of it, and its state. */
export interface Expected {
  view: Record<string, unknown>;
  state: SlotState;
}

export type Reading = (
  entries: Recorded[],
  matter: string,
  asOf: Instant,
  knownAt: number,
) => Expected | null;

/** Without what stands beside the state. */
export const stateAlone: Reading = (entries, matter, asOf, knownAt) => {
  const known = entries.filter(({ position }) => position <= knownAt);
  const state = replay(known, builtInKinds, asOf);
  if (state === null) return null;
  const view = {
    ...state,
    matter,
    panel: builtInKinds.get(state.kind)!.panel,
    certainty: state.certainFrom <= asOf ? 'certain' : 'possible',
    certainFrom: iso(state.certainFrom),
    quantities: state.quantities.map(({ actor: _actor, ...quantity }) => quantity),
  };
  return { view, state };
};

export const withNotes: Reading = (...at) => {
  const alone = stateAlone(...at);
  const [entries, matter, asOf, knownAt] = at;
  const naive = [entries, builtInKinds, matter, asOf, knownAt] as const;
  const notes = naiveNotes(...naive).map(noteView);
  const upcoming = naiveUpcoming(...naive).map(noteView);
  return alone && { ...alone, view: { ...alone.view, notes, upcoming } };
};

/** Fields of a state, less those that belong to the rectangle that holds it, and, unless read, the notes. */
export function shown(state: Record<string, unknown> | null, reading: Reading) {
  if (state === null) return null;
  const { validFrom: _from, validTo: _to, knownFrom: _known, notes, upcoming, ...rest } = state;
  return reading === withNotes ? { ...rest, notes, upcoming } : rest;
}
