import type { Pool } from 'pg';
import {
  type Account,
  type AccountSlot,
  type Instant,
  type KindTable,
  type Note,
  notesAt,
  openAccount,
  record,
  slotsOf,
  type SlotState,
  upcomingAt,
} from '#libs/chronology';
import { eachStream, type StoredEntry } from '#libs/ledger';
import { type NotesOfMatter, readRecorded, type SlotRow, type StoredNote } from '#libs/situations';
import type { SituationSource } from '../get-situation/situation-answer.js';
import type { Point } from '../point.js';

export interface FoldedSituation extends SituationSource {
  /** Entries read, and those among them whose content was destroyed: these count at no position. */
  entries: number;
  redacted: number;
}

/**
 * The situation at a point, folded matter by matter from the ledger's payloads alone: one matter is in memory at a
 * time. A matter whose fold fails stands as it was before, and is told as the read models tell it: parked.
 */
export async function foldSituation(
  readers: Pool,
  kinds: KindTable,
  { timeline, asOf, knownAt }: Point,
  isAskedFor: (slot: SlotRow) => boolean,
  onProgress: (entries: number) => void,
): Promise<FoldedSituation> {
  const beside = new Map<string, NotesOfMatter>();
  const folded: FoldedSituation = { slots: [], beside, parked: [], entries: 0, redacted: 0 };
  for await (const stream of eachStream(readers, timeline.slug, knownAt + 1)) {
    folded.entries += stream.length;
    folded.redacted += stream.filter(({ payload }) => payload === null).length;
    const [{ stream: matter }] = stream as [StoredEntry];
    // Registry entries, and what the desk decided about them, are in no situation.
    if (!matter.includes('/')) {
      const { account, parked } = foldMatter(stream, openAccount(matter, kinds));
      const held = slotsOf(account).find(({ validFrom, validTo }) => validFrom <= asOf && validTo > asOf);
      const slot = held && slotRow(matter, held, stream);
      if (slot && isAskedFor(slot)) {
        folded.slots.push(slot);
        beside.set(matter, notesOf(account, asOf));
        if (parked) folded.parked.push(parked);
      }
    }
    onProgress(folded.entries);
  }
  return folded;
}

function foldMatter(entries: StoredEntry[], opened: Account) {
  let account = opened;
  for (const entry of entries) {
    const recorded = readRecorded(entry);
    if (!recorded) continue;
    try {
      ({ account } = record(account, recorded));
    } catch (error) {
      const { position } = entry;
      const reason = error instanceof Error ? error.message : String(error);
      return { account, parked: { matter: account.matter, position, reason } };
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

function notesOf(account: Account, asOf: Instant): NotesOfMatter {
  return {
    notes: notesAt(account, asOf).map(storedNote),
    upcoming: upcomingAt(account, asOf).map(storedNote),
  };
}

/** As the read model gives it: −∞ has no JSON number. */
export function storedNote({ bounds: { earliest, latest }, ...note }: Note): StoredNote {
  return { ...note, bounds: { earliest: earliest === -Infinity ? null : earliest, latest } };
}
