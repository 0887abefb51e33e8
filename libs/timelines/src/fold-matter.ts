import {
  type Account,
  type AccountSlot,
  type Instant,
  type KindTable,
  type Note,
  notesAt,
  openAccount,
  parkingReason,
  record,
  slotsOf,
  type SlotState,
  upcomingAt,
} from '#libs/chronology';
import type { StoredEntry } from '#libs/ledger';
import { type NotesOfMatter, readRecorded, type SlotRow, type StoredNote } from '#libs/situations';

export interface FoldedMatter {
  account: Account;
  /** What holds at the instant asked for; null where the matter is not in the situation then. */
  slot: SlotRow | null;
  parked: { matter: string; position: number; reason: string } | null;
}

/**
 * A matter at one instant, from its entries alone, in order of position. What is destroyed counts nowhere. Where the
 * fold fails, the matter stands as it was before: parked.
 */
export function foldMatter(
  matter: string,
  entries: StoredEntry[],
  kinds: KindTable,
  asOf: Instant,
): FoldedMatter {
  const { account, parked } = accountOf(entries, openAccount(matter, kinds));
  const held = slotsOf(account).find(({ validFrom, validTo }) => validFrom <= asOf && validTo > asOf);
  return { account, slot: held ? slotRow(matter, held, entries) : null, parked };
}

function accountOf(entries: StoredEntry[], opened: Account) {
  let account = opened;
  for (const entry of entries) {
    const recorded = readRecorded(entry);
    if (!recorded) continue;
    try {
      ({ account } = record(account, recorded));
    } catch (error) {
      const { position } = entry;
      return { account, parked: { matter: account.matter, position, reason: parkingReason(error) } };
    }
  }
  return { account, parked: null };
}

function slotRow(matter: string, slot: AccountSlot, entries: StoredEntry[]): SlotRow {
  const { validFrom, validTo, knownFrom, json } = slot;
  const { recordedAt } = entries.find(({ position }) => position === knownFrom)!;
  const state = JSON.parse(json) as SlotState;
  return { matter, validFrom, validTo, knownFrom: { position: knownFrom, recordedAt }, knownTo: null, state };
}

/** What stands beside the state at an instant. */
export function notesOf(account: Account, asOf: Instant): NotesOfMatter {
  return {
    notes: notesAt(account, asOf).map(storedNote),
    upcoming: upcomingAt(account, asOf).map(storedNote),
  };
}

/** As the read model gives it: −∞ has no JSON number. */
export function storedNote({ bounds: { earliest, latest }, ...note }: Note): StoredNote {
  return { ...note, bounds: { earliest: earliest === -Infinity ? null : earliest, latest } };
}
