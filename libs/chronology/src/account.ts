/**
 * Everything about one matter up to some position: the answer to "what would one more entry change?". An
 * account is a value. Recording gives a new one and leaves the old one as it was, so a batch that fails is
 * undone by keeping the old one; the two share all that did not change.
 */
import { isDesk, isWorld, type DeskContent, type Recorded, type WorldContent } from './development.js';
import { draw } from './drawing.js';
import { compareItems, counts, decide, isUndated, itemOf, type Item } from './item.js';
import { addItem, findIn, noItems, replaceItem, listItems, type Items } from './items.js';
import type { KindTable } from './kinds.js';
import { changedNotes, type NoteKey, type NoteRow } from './notes.js';
import { extend, type Run } from './run.js';
import { redraw, type AccountSlot } from './slots.js';
import type { Stack } from './stack.js';

export interface Account {
  readonly matter: string;
  readonly kinds: KindTable;
  /** Of the last entry; 0 and -1 before the first. */
  readonly version: number;
  readonly lastPosition: number;
  /** The kind that the matter is bound to: null where no development stands unretracted. */
  readonly kind: string | null;
  readonly items: Items;
  /** The effective developments, each undated one at its `latest`. */
  readonly end: Run | null;
  /** The effective undated ones, by (latest, position). */
  readonly undated: readonly Item[];
  readonly slots: Stack<AccountSlot>;
}

/** What an entry changed. Closed slots are given as they stood; opened ones begin at its position. */
export interface AccountChange {
  closed: AccountSlot[];
  opened: AccountSlot[];
  closedNotes: NoteKey[];
  openedNotes: NoteRow[];
}

export function openAccount(matter: string, kinds: KindTable): Account {
  return {
    matter,
    kinds,
    version: 0,
    lastPosition: -1,
    kind: null,
    items: noItems(),
    end: null,
    undated: [],
    slots: null,
  };
}

/**
 * Applies the matter's next entry. In order (nothing folded would come after it) that costs the same
 * however long the matter is; a late one costs a step for each development after it. A desk entry whose
 * target is not in the account (a desk development, or one redacted) changes nothing.
 */
export function record(account: Account, entry: Recorded): { account: Account; change: AccountChange } {
  const { version, position, content } = entry;
  const next = { ...account, version, lastPosition: position };
  if (isWorld(content)) {
    const item = itemOf(entry as Recorded<WorldContent>);
    const items = addItem(account.items, item);
    return replace({ ...next, items, kind: account.kind ?? item.kind }, null, item, position);
  }
  const target = isDesk(content) ? findItem(account, content.target) : undefined;
  if (target === undefined) return { account: next, change: nothingChanged() };
  const revised = decide(target, entry as Recorded<DeskContent>);
  if (revised === target) return { account: next, change: nothingChanged() };
  const items = replaceItem(account.items, revised);
  const kind = revised.retracted === target.retracted ? account.kind : kindOf(items);
  return replace({ ...next, items, kind }, target, revised, position);
}

export function findItem(account: Account, id: string): Item | undefined {
  return findIn(account.items, id);
}

/** The kind that the matter is bound to; null where no development of it stands unretracted. */
export function bindingKind(account: Account): string | null {
  return account.kind;
}

function nothingChanged(): AccountChange {
  return { closed: [], opened: [], closedNotes: [], openedNotes: [] };
}

function kindOf(items: Items): string | null {
  return listItems(items).find((item) => !item.retracted)?.kind ?? null;
}

/** One development becomes another (null: there was none) for the fold, as far as either counts. */
function replace(account: Account, was: Item | null, is: Item, position: number) {
  const gone = was !== null && counts(was) ? was : null;
  const come = counts(is) ? is : null;
  const moved = [gone, come].filter((item) => item !== null);
  if (moved.length === 0) return { account, change: nothingChanged() };
  const end = splice(account.end, gone, come);
  const undated = moved.some(isUndated) ? spliceUndated(account.undated, gone, come) : account.undated;
  const from = Math.min(...moved.map((item) => item.bounds.earliest));
  const stretches = draw(from, end, undated, account.kinds);
  const { slots, closed, opened } = redraw(account.slots, from, stretches, position);
  const change = { closed, opened, ...changedNotes(gone, come) };
  return { account: { ...account, end, undated, slots }, change };
}

function splice(end: Run | null, gone: Item | null, come: Item | null): Run | null {
  const first = gone !== null && (come === null || compareItems(gone, come) < 0) ? gone : come!;
  const after: Item[] = [];
  let reading = end;
  while (reading !== null && compareItems(reading.item, first) >= 0) {
    if (reading.item !== gone) after.push(reading.item);
    reading = reading.before;
  }
  if (come !== null) {
    const at = after.findIndex((item) => compareItems(item, come) < 0);
    after.splice(at < 0 ? after.length : at, 0, come);
  }
  return after.reduceRight<Run | null>(extend, reading);
}

function spliceUndated(undated: readonly Item[], gone: Item | null, come: Item | null): Item[] {
  const stay = undated.filter((item) => item !== gone);
  return come !== null && isUndated(come) ? [...stay, come].sort(compareItems) : stay;
}
