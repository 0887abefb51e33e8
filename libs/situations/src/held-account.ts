import {
  type Account,
  type Content,
  isRegistry,
  isWorld,
  type KindTable,
  newestOf,
  openAccount,
  record,
  type Recorded,
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
    const reason = error instanceof Error ? error.message : String(error);
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

/** Their streams have a name space of their own: `actor/<slug>`. */
export function isRegistryStream(stream: string): boolean {
  return stream.includes('/');
}
