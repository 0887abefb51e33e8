/**
 * Everything about one matter up to some position: the answer to "what would one more entry change?". An
 * account is a value. Recording gives a new one and leaves the old one as it was, so a batch that fails is
 * undone by keeping the old one; the two share all that did not change.
 */
import { isDesk, isWorld, type DeskContent, type Recorded, type WorldContent } from './development.js';
import { counts, decide, itemOf, type Item } from './item.js';
import { addItem, findIn, noItems, replaceItem, type Items } from './items.js';
import type { KindTable } from './kinds.js';
import { relive, unlived, type Life } from './life.js';
import { changedNotes, type NoteKey, type NoteRow } from './notes.js';
import { listOf } from './row.js';
import type { AccountSlot } from './slots.js';

export interface Account {
  readonly matter: string;
  readonly kinds: KindTable;
  /** Of the last entry; 0 and -1 before the first. */
  readonly version: number;
  readonly lastPosition: number;
  /** The kind that the matter is bound to: null where no development stands unretracted. */
  readonly kind: string | null;
  readonly items: Items;
  readonly life: Life;
}

/** What an entry changed. Closed slots are given as they stood; opened ones begin at its position. */
export interface AccountChange {
  closed: readonly AccountSlot[];
  opened: readonly AccountSlot[];
  closedNotes: readonly NoteKey[];
  openedNotes: readonly NoteRow[];
}

export interface RecordedInAccount {
  account: Account;
  change: AccountChange;
}

export function openAccount(matter: string, kinds: KindTable): Account {
  return { matter, kinds, version: 0, lastPosition: -1, kind: null, items: noItems(), life: unlived };
}

/** Why a matter is parked whose fold threw this: it stays as it was until it is rebuilt. */
export function parkingReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Applies the matter's next entry. A desk entry whose target is not in the account (a desk development, or
 * one redacted) changes nothing. Nor does a redaction: what it destroyed counts at no position, so whoever
 * keeps the account opens it anew from what is left.
 */
export function record(account: Account, entry: Recorded): RecordedInAccount {
  const { content } = entry;
  if (isWorld(content)) return admit(account, entry as Recorded<WorldContent>);
  const target = isDesk(content) ? findItem(account, content.target) : undefined;
  if (target !== undefined) return revise(account, target, entry as Recorded<DeskContent>);
  return advance(account, entry, account.items, account.kind, null, null);
}

export function findItem(account: Account, id: string): Item | undefined {
  return findIn(account.items, id);
}

/** The kind that the matter is bound to; null where no development of it stands unretracted. */
export function bindingKind(account: Account): string | null {
  return account.kind;
}

function admit(account: Account, entry: Recorded<WorldContent>): RecordedInAccount {
  const item = itemOf(entry);
  return advance(account, entry, addItem(account.items, item), account.kind ?? item.kind, null, item);
}

function revise(account: Account, target: Item, entry: Recorded<DeskContent>): RecordedInAccount {
  const revised = decide(target, entry);
  if (revised === target) return advance(account, entry, account.items, account.kind, null, null);
  const items = replaceItem(account.items, revised);
  const kind = revised.retracted === target.retracted ? account.kind : kindOf(items);
  return advance(account, entry, items, kind, target, revised);
}

function kindOf(items: Items): string | null {
  return listOf(items.row).find((item) => !item.retracted)?.kind ?? null;
}

const unchanged: AccountChange = { closed: [], opened: [], closedNotes: [], openedNotes: [] };

/** The account after an entry that made one development (null: none) another, as far as either counts. */
function advance(
  { matter, kinds, life }: Account,
  { version, position }: Recorded,
  items: Items,
  kind: string | null,
  was: Item | null,
  is: Item | null,
): RecordedInAccount {
  const gone = was !== null && counts(was) ? was : null;
  const come = is !== null && counts(is) ? is : null;
  const account = { matter, kinds, version, lastPosition: position, kind, items, life };
  if (gone === null && come === null) return { account, change: unchanged };
  const relived = relive(life, gone, come, kinds, position);
  account.life = relived.life;
  const { closed, opened } = relived;
  const { closedNotes, openedNotes } = changedNotes(gone, come);
  return { account, change: { closed, opened, closedNotes, openedNotes } };
}
