import type { Pool } from 'pg';
import { isRegistryStream, type KindTable } from '#libs/chronology';
import { eachStream } from '#libs/ledger';
import type { NotesOfMatter, SlotRow } from '#libs/situations';
import { foldMatterInTurns, notesOf } from '../fold-matter.js';
import type { Point } from '../point.js';
import type { SituationSource } from '../situation-answer.js';

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
  for await (const { stream, texts } of eachStream(readers, timeline.slug, knownAt + 1)) {
    folded.entries += texts.length;
    folded.redacted += texts.filter(({ payload }) => payload === null).length;
    // Registry entries, and what the desk decided about them, are in no situation.
    if (!isRegistryStream(stream)) {
      const { account, slot, parked } = await foldMatterInTurns(stream, texts, kinds, asOf);
      if (slot && isAskedFor(slot)) {
        folded.slots.push(slot);
        beside.set(stream, notesOf(account, asOf));
        if (parked) folded.parked.push(parked);
      }
    }
    onProgress(folded.entries);
  }
  return folded;
}
