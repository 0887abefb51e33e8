import {
  type Account,
  completeWorld,
  type Content,
  type Instant,
  isRegistry,
  isRegistryStream,
  isWorld,
  itemsOf,
  type KindTable,
  newestOf,
  openAccount,
  parkingReason,
  record,
  type Recorded,
  isWhole,
  shorten,
  suffices,
  weigh,
} from '#libs/chronology';
import { slim } from './slim-content.js';
import { type FoldedRows, nothingFolded } from './write-rows.js';

/** A matter's account, or why its fold failed: it stays as it was until it is rebuilt. */
export type Held = Account | { parked: string };

export function openHeld(matter: string, kinds: KindTable): Held {
  return openAccount(matter, kinds);
}

export function isParked(held: Held): held is { parked: string } {
  return 'parked' in held;
}

/** How much it holds in memory, in developments. */
export function weighHeld(held: Held): number {
  return isParked(held) ? 1 : weigh(held);
}

/** An account of fewer developments is read anew about as fast as it is shortened. */
const worthShortening = 16;

/**
 * The last so many developments of an account that has to give way: what comes in order or a little late finds its place
 * there. Undefined where that would not be less by a quarter, since undated developments are kept.
 */
export function shrinkHeld(held: Held, to: number): Held | undefined {
  const weight = weighHeld(held);
  if (isParked(held) || weight < worthShortening) return undefined;
  const short = shorten(held, to);
  return weigh(short) <= 0.75 * weight ? short : undefined;
}

/** Whether the account can take this in; else it is to be opened anew from all of its matter's entries. */
export function canTake(held: Held, content: Content, recordedAt: Instant): boolean {
  if (isParked(held) || isWhole(held)) return true;
  try {
    return suffices(held, content, isWorld(content) ? completeWorld(content, recordedAt) : null);
  } catch {
    // What has no bounds is refused when it comes to be recorded, and nothing is taken in.
    return true;
  }
}

/**
 * The account, as far as it could be read, with what the held end of it has taken in beyond that: it is on its way to the
 * database. All of it are world developments, since an end takes in nothing else.
 */
export function followUp(read: Held, end: Held): Held {
  if (isParked(read) || isParked(end)) return read;
  let held: Held = read;
  for (const { position, recordedAt, content, bounds } of itemsOf(end)) {
    if (position <= read.lastPosition || isParked(held)) continue;
    ({ held } = take(held, { position, recordedAt, version: held.version + 1, content, bounds }));
  }
  return held;
}

/** The account with the matter's next entry, and what follows for the read models. A fold that throws parks it. */
export function take(held: Held, recorded: Recorded): { held: Held; rows: FoldedRows } {
  if (isParked(held)) return { held, rows: nothingFolded };
  const { position } = recorded;
  const { matter } = held;
  // Not its first version: what that said may have been destroyed.
  const newMatter = held.version === 0 ? { matter, position } : null;
  try {
    const { account, change } = record(held, keep(held, recorded));
    return { held: account, rows: { newMatter, change: { matter, position, change }, parked: null } };
  } catch (error) {
    const reason = parkingReason(error);
    return {
      held: { parked: reason },
      rows: { newMatter, change: null, parked: { matter, position, reason } },
    };
  }
}

/** What of an entry is kept in its matter's account. */
function keep(account: Account, recorded: Recorded): Recorded {
  if (!isWorld(recorded.content)) return recorded;
  const { position, recordedAt, version, content, bounds } = recorded;
  return { position, recordedAt, version, content: slim(content, newestOf(account)?.content), bounds };
}

/** Registry entries, and the desk's decisions about them, are in no matter's account. */
export function isInRegistry(content: Content): boolean {
  return isRegistry(content) || isRegistryStream(content.matter);
}
