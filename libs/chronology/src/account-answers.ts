/** What an account answers at an instant, as far as the world's clock goes: it knows what it knows. */
import type { Account } from './account.js';
import type { Instant } from './development.js';
import type { Item } from './item.js';
import { noteRows, noteRowsAt, orderNotes, upcomingRowsAt, type NoteRow } from './notes.js';
import { lastOf, listOf } from './row.js';
import { slotAt, slotList, type AccountSlot } from './slots.js';
import type { Note, SlotState } from './state.js';

/** Every world development of the matter, counting or not, in order of arrival. */
export function itemsOf(account: Account): Item[] {
  return listOf(account.items.row);
}

/** The world development that arrived last; undefined before the first. */
export function newestOf({ items: { row } }: Account): Item | undefined {
  return lastOf(row);
}

/** The slots that are believed, in order of validity. */
export function slotsOf(account: Account): AccountSlot[] {
  return slotList(account.life.slots);
}

/** The rows of all notes that count, in order of arrival. */
export function noteRowsOf(account: Account): NoteRow[] {
  return itemsOf(account).flatMap(noteRows);
}

/** The state at an instant; null where the matter is not in the situation. */
export function currentState(account: Account, asOf: Instant): SlotState | null {
  const slot = slotAt(account.life.slots, asOf);
  return slot === null ? null : (JSON.parse(slot.drawn.json) as SlotState);
}

/** The last five notes at an instant. */
export function notesAt(account: Account, asOf: Instant): Note[] {
  return noteRowsAt(orderNotes(noteRowsOf(account)), asOf).map(({ note }) => note);
}

/** The next five planned developments after an instant. */
export function upcomingAt(account: Account, asOf: Instant): Note[] {
  return upcomingRowsAt(orderNotes(noteRowsOf(account)), asOf).map(({ note }) => note);
}

/** Certain where even the last moment at which it may have come to be so is past. */
export function certaintyOf(state: SlotState, asOf: Instant): 'certain' | 'possible' {
  return state.certainFrom <= asOf ? 'certain' : 'possible';
}

/** How much the account holds in memory, in developments. */
export function weigh({ items: { row }, life }: Account): number {
  // The undated are held apart, and not among the last alone.
  return row.length - row.gone + 1 + (row.gone > 0 ? life.undated.length : 0);
}
