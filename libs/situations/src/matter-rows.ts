import {
  type AccountSlot,
  type KindTable,
  type NoteRow,
  openAccount,
  parkingReason,
  record,
  slotsOf,
} from '#libs/chronology';
import { inTurns, type StoredEntry } from '#libs/ledger';
import { readRecorded } from './payload.js';
import { noPositionYet, storeInstant } from './stored-time.js';

/** A slot as stored: times in ms with the ends of ECMAScript's range for −∞ and ∞. */
export interface SlotRecord {
  validFrom: number;
  validTo: number;
  knownFrom: number;
  /** Null where it is believed still. */
  knownTo: number | null;
  /** JSON; null where the state that it names is not there. */
  state: string | null;
}

/** A note as stored; `knownTo` is the largest position where it stands still. */
export interface NoteRecord {
  begins: number;
  latest: number;
  position: number;
  knownFrom: number;
  knownTo: number;
  until: number;
  earliest: number;
  planned: boolean;
  /** JSON. */
  note: string;
}

/** All that the read models hold of one matter, at all positions. */
export interface MatterRows {
  slots: SlotRecord[];
  notes: NoteRecord[];
  /** Where its fold failed; its rows stand as they were then. */
  parked: { position: number; reason: string } | null;
}

/**
 * The rows that a matter should have: folded from its entries, in order of position, with nothing else asked. It pauses
 * for others now and then: a matter may have tens of thousands.
 */
export async function foldMatterRows(
  matter: string,
  entries: StoredEntry[],
  kinds: KindTable,
): Promise<MatterRows> {
  let account = openAccount(matter, kinds);
  const slots: SlotRecord[] = [];
  const notes = new Map<string, NoteRecord>();
  const pastNotes: NoteRecord[] = [];
  let parked: MatterRows['parked'] = null;
  for await (const entry of inTurns(entries)) {
    const { position } = entry;
    try {
      const recorded = readRecorded(entry);
      if (!recorded) continue;
      const { account: next, change } = record(account, recorded);
      account = next;
      for (const slot of change.closed) slots.push({ ...slotRecord(slot), knownTo: position });
      for (const { position: of, begin } of change.closedNotes) {
        pastNotes.push({ ...notes.get(`${of} ${begin}`)!, knownTo: position });
        notes.delete(`${of} ${begin}`);
      }
      for (const note of change.openedNotes) {
        notes.set(`${note.position} ${note.begin}`, noteRecord(note, position));
      }
    } catch (error) {
      parked = { position, reason: parkingReason(error) };
      break;
    }
  }
  slots.push(...slotsOf(account).map(slotRecord));
  return { slots, notes: [...pastNotes, ...notes.values()], parked };
}

function slotRecord({ validFrom, validTo, knownFrom, drawn }: AccountSlot): SlotRecord {
  return {
    validFrom: storeInstant(validFrom),
    validTo: storeInstant(validTo),
    knownFrom,
    knownTo: null,
    state: drawn.json,
  };
}

function noteRecord({ begin, latest, position, until, earliest, note }: NoteRow, since: number): NoteRecord {
  return {
    begins: storeInstant(begin),
    latest: storeInstant(latest),
    position,
    knownFrom: since,
    knownTo: noPositionYet,
    until: storeInstant(until),
    earliest: storeInstant(earliest),
    planned: note.mode === 'planned',
    note: JSON.stringify(note),
  };
}
