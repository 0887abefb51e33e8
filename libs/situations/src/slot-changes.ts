import type { AccountChange, AccountSlot, NoteKey, NoteRow } from '#libs/chronology';
import { noPositionYet, storeInstant } from './stored-time.js';

/** What one development changed in its matter's account, and where. */
export interface MatterChange {
  matter: string;
  position: number;
  change: AccountChange;
}

interface Key {
  matter: string;
  from: number;
}

/** A row's state is named by the position that brought it (`by`) and its ordinal there (`nth`). */
interface Slot extends Key {
  to: number;
  since: number;
  by: number;
  nth: number;
  /** The position from which on it is believed no more; of what is put, none yet. */
  before: number;
}

/** The rows of one batch, ready for the statement; times as stored. */
export interface SlotRows {
  past: Slot[];
  /** Added, or put in the place of the row with the same key. */
  put: Slot[];
  dropped: Key[];
}

/**
 * Sums up what a batch did to the slots. A rectangle that opens and closes within the batch goes to the past
 * straight away; a row of the table that closes and opens again at the same validFrom is replaced in place.
 */
export function slotRows(changes: MatterChange[]): SlotRows {
  const rows: SlotRows = { past: [], put: [], dropped: [] };
  const opened = new Map<string, { matter: string; slot: AccountSlot }>();
  const closedInTable = new Map<string, { matter: string; slot: AccountSlot }>();
  for (const { matter, position, change } of changes) {
    for (const slot of change.closed) {
      const key = `${matter} ${slot.validFrom}`;
      if (!opened.delete(key)) closedInTable.set(key, { matter, slot });
      rows.past.push(slotRow(matter, slot, position));
    }
    for (const slot of change.opened) opened.set(`${matter} ${slot.validFrom}`, { matter, slot });
  }
  for (const [key, { matter, slot }] of opened) {
    rows.put.push(slotRow(matter, slot, noPositionYet));
    closedInTable.delete(key);
  }
  for (const { matter, slot } of closedInTable.values()) {
    rows.dropped.push({ matter, from: storeInstant(slot.validFrom) });
  }
  return rows;
}

/** A text of a state that was new with the entry at `position`. */
export interface NewState {
  position: number;
  ordinal: number;
  state: string;
}

/** The states that a batch brings, each once. */
export function newStates(changes: MatterChange[]): NewState[] {
  const states: NewState[] = [];
  for (const { position, change } of changes) {
    let next = 0;
    for (const { drawn } of change.opened) {
      if (drawn.position !== position || drawn.ordinal !== next) continue;
      states.push({ position, ordinal: next++, state: drawn.json });
    }
  }
  return states;
}

function slotRow(
  matter: string,
  { validFrom, validTo, knownFrom, drawn }: AccountSlot,
  before: number,
): Slot {
  return {
    matter,
    from: storeInstant(validFrom),
    to: storeInstant(validTo),
    since: knownFrom,
    by: drawn.position,
    nth: drawn.ordinal,
    before,
  };
}

export interface NoteRows {
  added: {
    matter: string;
    begins: number;
    latest: number;
    position: number;
    since: number;
    before: number;
    until: number;
    earliest: number;
    planned: boolean;
    note: string;
  }[];
  closed: { matter: string; begins: number; position: number; before: number }[];
}

/** The note rows of one batch: added ones carry the position from which they are no longer known, if any. */
export function noteRows(changes: MatterChange[]): NoteRows {
  const added = new Map<string, NoteRows['added'][number]>();
  const rows: NoteRows = { added: [], closed: [] };
  const keyOf = (matter: string, key: NoteKey) => `${matter} ${key.position} ${key.begin}`;
  for (const { matter, position, change } of changes) {
    for (const key of change.closedNotes) {
      const sameBatch = added.get(keyOf(matter, key));
      if (sameBatch) {
        rows.added.push({ ...sameBatch, before: position });
        added.delete(keyOf(matter, key));
      } else {
        rows.closed.push({
          matter,
          begins: storeInstant(key.begin),
          position: key.position,
          before: position,
        });
      }
    }
    for (const row of change.openedNotes) added.set(keyOf(matter, row), noteRow(matter, position, row));
  }
  rows.added.push(...added.values());
  return rows;
}

function noteRow(matter: string, since: number, row: NoteRow): NoteRows['added'][number] {
  return {
    matter,
    begins: storeInstant(row.begin),
    latest: storeInstant(row.latest),
    position: row.position,
    since,
    before: noPositionYet,
    until: storeInstant(row.until),
    earliest: storeInstant(row.earliest),
    planned: row.note.mode === 'planned',
    note: JSON.stringify(row.note),
  };
}
