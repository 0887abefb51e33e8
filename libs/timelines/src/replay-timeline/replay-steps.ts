import type { Pool } from 'pg';
import {
  type Account,
  type AccountChange,
  formatInstant,
  isRegistryStream,
  type KindTable,
  openAccount,
  parkingReason,
  record,
  type SlotState,
  weigh,
} from '#libs/chronology';
import { inTurns, readRange, readStreams, RecentMap, type StoredEntry } from '#libs/ledger';
import { readRecorded } from '#libs/situations';
import { storedNote } from '../fold-matter.js';
import { instantView, noteView, slotState } from '../matter-state.js';
import type { Point } from '../point.js';

/** One development, and what it changed in its matter; with `redacted` where its content was destroyed. */
export interface ReplayStep {
  position: number;
  id: string;
  matter: string;
  version: number;
  recordedAt: string;
  [field: string]: unknown;
}

/** A matter's account; null once its fold failed. */
type Held = Account | null;

const pageSize = 500;

/** Developments that the accounts in memory may hold; a matter dropped for others is folded anew when it is met. */
const itemsHeld = 100_000;

/** A ledger's developments in order of position, each with the slots and notes that it closed and opened. */
export async function* replaySteps(
  readers: Pool,
  kinds: KindTable,
  { timeline: { slug: timeline }, knownAt }: Point,
): AsyncGenerator<ReplayStep, void, void> {
  const accounts = new RecentMap<string, Held>(itemsHeld, (held) => (held ? weigh(held) : 1));
  for (let from = 0; from <= knownAt; from += pageSize) {
    accounts.nextRound();
    const to = Math.min(from + pageSize, knownAt + 1);
    for (const entry of await readRange(readers, timeline, from, to)) {
      const known = accounts.has(entry.stream);
      const held = known ? accounts.get(entry.stream)! : await heldBefore(readers, kinds, timeline, entry);
      const { next, step } = take(held, entry, kinds);
      accounts.set(entry.stream, next);
      yield step;
    }
  }
}

/** A matter as it stood before this entry of it. */
async function heldBefore(
  readers: Pool,
  kinds: KindTable,
  timeline: string,
  { stream, version, position }: StoredEntry,
): Promise<Held> {
  const empty = openAccount(stream, kinds);
  if (version === 1 || isRegistryStream(stream)) return empty;
  const earlier = await readStreams(readers, timeline, [stream], position);
  let held: Held = empty;
  for await (const each of inTurns(earlier)) held = take(held, each, kinds).next;
  return held;
}

function take(held: Held, entry: StoredEntry, kinds: KindTable): { next: Held; step: ReplayStep } {
  const { position, id, stream: matter, version, recordedAt } = entry;
  const place = { position, id, matter, version, recordedAt: formatInstant(recordedAt) };
  const recorded = readRecorded(entry);
  if (!recorded) return { next: held, step: { ...place, redacted: true } };
  const step = { ...place, type: recorded.content.type };
  if (held === null || isRegistryStream(matter)) return { next: held, step: { ...step, ...nothing } };
  try {
    const { account, change } = record(held, recorded);
    return { next: account, step: { ...step, ...changeView(change, entry, kinds) } };
  } catch (error) {
    return { next: null, step: { ...step, ...nothing, parked: parkingReason(error) } };
  }
}

const nothing = { closed: [], opened: [], closedNotes: [], openedNotes: [] };

/** What opens is told whole; what closes, by where it was and the position from which it had been believed. */
function changeView(change: AccountChange, { stream, position, recordedAt }: StoredEntry, kinds: KindTable) {
  return {
    closed: change.closed.map(({ validFrom, validTo, knownFrom }) => ({
      validFrom: instantView(validFrom),
      validTo: instantView(validTo),
      knownFrom,
    })),
    opened: change.opened.map(({ validFrom, validTo, drawn }) => {
      const state = JSON.parse(drawn.json) as SlotState;
      const slot = {
        matter: stream,
        validFrom,
        validTo,
        knownFrom: { position, recordedAt },
        knownTo: null,
        state,
      };
      return slotState(slot, kinds);
    }),
    closedNotes: change.closedNotes.map((note) => note.position),
    openedNotes: change.openedNotes.map(({ note }) => noteView(storedNote(note))),
  };
}
