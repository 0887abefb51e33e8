/** Where two accounts of one matter answer differently along the world's clock. */
import { noteRowsOf, slotsOf } from './account-answers.js';
import type { Account } from './account.js';
import { compareNotes } from './compare-notes.js';
import type { Instant } from './development.js';
import type { AccountSlot } from './slots.js';

/**
 * Over `[validFrom, validTo)` the one account holds `before`, the other `after`; null where the matter is not there.
 * Where both hold the same state, what stands beside it differs: notes, or what is upcoming.
 */
export interface StretchApart {
  validFrom: Instant;
  validTo: Instant;
  before: AccountSlot | null;
  after: AccountSlot | null;
}

/** The stretches over which what differs is the same, in order, as long as both accounts stay as they are. */
export function compareAccounts(before: Account, after: Account): StretchApart[] {
  const [old, fresh] = [slotsOf(before), slotsOf(after)];
  const notes = compareNotes(noteRowsOf(before), noteRowsOf(after));
  const ends = [...old, ...fresh].flatMap(({ validFrom, validTo }) => [validFrom, validTo]);
  const turns = [...new Set([...ends, ...notes.turns])].sort((a, b) => (a < b ? -1 : 1));
  const apart: (StretchApart & { beside: string })[] = [];
  let [atOld, atFresh] = [0, 0];
  turns.slice(0, -1).forEach((validFrom, at) => {
    while (atOld < old.length && old[atOld]!.validTo <= validFrom) atOld++;
    while (atFresh < fresh.length && fresh[atFresh]!.validTo <= validFrom) atFresh++;
    const [was, is] = [holding(old[atOld], validFrom), holding(fresh[atFresh], validFrom)];
    // Beside a matter that is not there stands nothing.
    const beside = was && is ? notes.apartAt(validFrom) : '';
    if (sameState(was, is) && beside === '') return;
    const validTo = turns[at + 1]!;
    const last = apart.at(-1);
    const goesOn = last?.validTo === validFrom && last.before === was && last.after === is;
    if (goesOn && last.beside === beside) last.validTo = validTo;
    else apart.push({ validFrom, validTo, before: was, after: is, beside });
  });
  return apart.map(({ beside: _beside, ...stretch }) => stretch);
}

function sameState(one: AccountSlot | null, other: AccountSlot | null): boolean {
  return one && other ? one.drawn.says(other.drawn) : one === other;
}

function holding(slot: AccountSlot | undefined, instant: Instant): AccountSlot | null {
  return slot !== undefined && slot.validFrom <= instant ? slot : null;
}
