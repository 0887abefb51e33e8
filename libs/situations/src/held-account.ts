import {
  type Account,
  type Content,
  isRegistry,
  isWorld,
  type KindTable,
  openAccount,
  record,
  type Recorded,
  weigh,
} from '#libs/chronology';
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
  const { position } = recorded;
  const { matter } = recorded.content;
  // Not its first version: what that said may have been destroyed.
  const isFirst = !isParked(held) && held.version === 0;
  const rows: FoldedRows = { ...nothingFolded, newMatter: isFirst ? { matter, position } : null };
  if (isParked(held)) return { held, rows };
  try {
    const { account, change } = record(held, slim(recorded));
    return { held: account, rows: { ...rows, change: { matter, position, change } } };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { held: { parked: reason }, rows: { ...rows, parked: { matter, position, reason } } };
  }
}

/** Registry entries, and the desk's decisions about them, are in no matter's account. */
export function isInRegistry(content: Content): boolean {
  return isRegistry(content) || isRegistryStream(content.matter);
}

/** Their streams have a name space of their own: `actor/<slug>`. */
export function isRegistryStream(stream: string): boolean {
  return stream.includes('/');
}

/** Without what no fold and no desk rule looks at, which is most of a development: an account holds very many. */
function slim(recorded: Recorded): Recorded {
  if (!isWorld(recorded.content)) return recorded;
  const { text: _text, quote: _quote, subjects: _subjects, phrase: _phrase, ...content } = recorded.content;
  // Of the sources, the first one's publishedAt stands for a reportedAt that a correction takes away.
  const publishedAt = content.sources?.[0]?.publishedAt;
  delete content.sources;
  if (publishedAt !== undefined) content.sources = [{ publishedAt }];
  return { ...recorded, content };
}
