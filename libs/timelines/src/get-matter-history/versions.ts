import { type Beside, besideAt, type NotesTold, type SlotRow } from '#libs/situations';
import { InvalidCursor } from '../errors.js';
import type { Page } from '../page.js';

/** One version of what was told of an instant: a slot and the notes beside it, from position `from` to before `to`. */
export interface Version {
  slot: SlotRow;
  beside: Beside;
  from: number;
  /** Null where it still stands at the last position that was looked at. */
  to: number | null;
}

/** What was told of an instant. */
export interface Told {
  /** Those that were believed of it, in order. */
  slots: SlotRow[];
  beside: NotesTold;
}

/** Where a page of versions begins: with the version that began at `from` and stood at `seen`, if there is any. */
export interface Beginning {
  from: number;
  seen: number;
}

/** Where nothing was told yet. */
const atFirst: Beginning = { from: -1, seen: -1 };

/** @throws InvalidCursor */
export function beginningOf(cursor: string | undefined): Beginning {
  if (cursor === undefined) return atFirst;
  const [, from, seen] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (from === undefined) throw new InvalidCursor(cursor);
  return { from: Number(from), seen: Number(seen) };
}

/** The versions from a beginning to position `upTo`, in order. */
export function versionsOf(
  { slots, beside: told }: Told,
  { from, seen }: Beginning,
  upTo: number,
): Version[] {
  const turns = [
    ...slots.flatMap(({ knownFrom, knownTo }) => [knownFrom.position, knownTo ?? Infinity]),
    ...[...told.notes, ...told.upcoming].flatMap((note) => [note.from, note.to]),
  ].filter((turn) => turn > seen && turn <= upTo);
  const versions: Version[] = [];
  let last: Version | null = null;
  for (const turn of [seen, ...new Set(turns.sort((a, b) => a - b))]) {
    const slot = slots.find((each) => isBelieved(each, turn));
    const beside = besideAt(told, turn);
    if (last !== null && slot === last.slot && sameNotes(beside, last.beside)) continue;
    if (last !== null) last.to = turn;
    last = slot ? { slot, beside, from: turn === seen ? from : turn, to: null } : null;
    if (last !== null) versions.push(last);
  }
  return versions;
}

/** A page of them, and the beginning of the next; of the last, where it may go on behind `upTo`, only there. */
export function pageOfVersions(
  versions: Version[],
  limit: number,
  upTo: number,
  knownAt: number,
): Page<Version> {
  const following = versions[limit];
  if (following) return { items: versions.slice(0, limit), next: `${following.from}-${following.from}` };
  if (upTo >= knownAt) return { items: versions, next: null };
  const last = versions.at(-1);
  const from = last?.to === null ? last.from : upTo;
  return { items: versions.filter(({ to }) => to !== null), next: `${from}-${upTo}` };
}

function isBelieved({ knownFrom, knownTo }: SlotRow, position: number): boolean {
  return knownFrom.position <= position && (knownTo === null || position < knownTo);
}

function sameNotes(one: Beside, other: Beside): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
