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
import { inTurns } from '#libs/ledger';
import {
  type EntryToFold,
  type NotesOfMatter,
  readRecorded,
  type SlotRow,
  type StoredNote,
} from '#libs/situations';

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
  entries: EntryToFold[],
  kinds: KindTable,
  asOf: Instant,
): FoldedMatter {
  let folding = begin(matter, kinds);
  for (const entry of entries) folding = step(folding, entry);
  return at(asOf, folding, entries);
}

/** The same, for a service: a matter may have tens of thousands of entries, and others wait for their turn. */
export async function foldMatterInTurns(
  matter: string,
  entries: EntryToFold[],
  kinds: KindTable,
  asOf: Instant,
): Promise<FoldedMatter> {
  let folding = begin(matter, kinds);
  for await (const entry of inTurns(entries)) folding = step(folding, entry);
  return at(asOf, folding, entries);
}

type Folding = Omit<FoldedMatter, 'slot'>;

function begin(matter: string, kinds: KindTable): Folding {
  return { account: openAccount(matter, kinds), parked: null };
}

function step(folding: Folding, entry: EntryToFold): Folding {
  const { account, parked } = folding;
  const recorded = parked ? null : readRecorded(entry);
  if (!recorded) return folding;
  try {
    return { account: record(account, recorded).account, parked: null };
  } catch (error) {
    const { position } = entry;
    return { account, parked: { matter: account.matter, position, reason: parkingReason(error) } };
  }
}

function at(asOf: Instant, { account, parked }: Folding, entries: EntryToFold[]): FoldedMatter {
  const held = slotsOf(account).find(({ validFrom, validTo }) => validFrom <= asOf && validTo > asOf);
  return { account, slot: held ? slotRow(account.matter, held, entries) : null, parked };
}

function slotRow(matter: string, slot: AccountSlot, entries: EntryToFold[]): SlotRow {
  const { validFrom, validTo, knownFrom, drawn } = slot;
  const { recordedAt } = entries.find(({ position }) => position === knownFrom)!;
  const state = JSON.parse(drawn.json) as SlotState;
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
