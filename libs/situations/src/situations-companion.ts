import { getHeapStatistics } from 'node:v8';
import type { Pool } from 'pg';
import {
  type Account,
  bindingKind,
  type Bounds,
  checkDesk,
  completeWorld,
  type Content,
  findItem,
  type Instant,
  isDesk,
  isRegistry,
  isWorld,
  type KindTable,
  openAccount,
  record,
  type Recorded,
  splitType,
  weigh,
} from '#libs/chronology';
import {
  type BatchPart,
  type Companion,
  type Place,
  type Proposal,
  readStreams,
  RecentMap,
  type StoredEntry,
  type TimelineCompanion,
  type Undo,
} from '#libs/ledger';
import { DeskRefused, MatterHasKind, UnknownTarget } from './errors.js';
import { readRecorded, writeBounds } from './payload.js';
import { withholdingOf } from './withholding.js';
import { type RecordedRows, writeRows } from './write-rows.js';

/** A matter's account, or why its fold failed: it stays as it was until it is rebuilt. */
type Held = Account | { parked: string };

/** Heap that one development takes in an account, with its share of slots and of the fold: bytes, measured. */
const bytesEach = 2_300;

/**
 * Developments that the accounts of one timeline may hold in memory: half of the heap's. A matter whose account was
 * dropped is read and folded anew when it is next recorded to.
 */
const itemsHeld = Math.floor(getHeapStatistics().heap_size_limit / 2 / bytesEach);

/** Writes the read models in the append's own statement, from accounts held in memory. */
export function situationsCompanion(readers: Pool, kinds: KindTable): Companion<Content, RecordedRows> {
  return {
    open: (timeline) => new TimelineAccounts(readers, kinds, timeline),
  };
}

class TimelineAccounts implements TimelineCompanion<Content, RecordedRows> {
  private readonly accounts = new RecentMap<string, Held>(itemsHeld, (held) =>
    'parked' in held ? 1 : weigh(held),
  );

  constructor(
    private readonly readers: Pool,
    private readonly kinds: KindTable,
    private readonly timeline: string,
  ) {}

  async load(
    proposals: Proposal<Content>[],
    size: number,
    version: (stream: string) => number,
  ): Promise<void> {
    this.accounts.nextRound();
    const missing = new Set<string>();
    for (const { stream, content } of proposals) {
      if (isRegistry(content) || this.accounts.get(stream)) continue;
      if (version(stream) > 0) missing.add(stream);
      else this.accounts.set(stream, openAccount(stream, this.kinds));
    }
    if (missing.size === 0) return;
    const entries = await readStreams(this.readers, this.timeline, [...missing], size);
    for (const matter of missing) this.accounts.set(matter, openAccount(matter, this.kinds));
    this.absorb(entries);
  }

  record(proposal: Proposal<Content>, place: Place, undo: Undo): { payload: object; rows: RecordedRows } {
    const { content } = proposal;
    const { position, recordedAt, version } = place;
    const held = isInRegistry(content) ? undefined : this.accounts.get(content.matter);
    const bounds = this.judge(content, held, recordedAt);
    const recorded: Recorded = { position, recordedAt, version, content, bounds };
    const rows: RecordedRows = {
      newMatter: held && version === 1 ? { matter: content.matter, position } : null,
      change: null,
      parked: null,
      decision: isDesk(content) ? { position, target: content.target } : null,
      withholding: withholdingOf(content, recordedAt),
    };
    if (held && !('parked' in held)) this.fold(held, recorded, rows, undo);
    return { payload: bounds ? { ...content, bounds: writeBounds(bounds) } : content, rows };
  }

  write(rows: RecordedRows[], first: number): BatchPart {
    return writeRows(this.timeline, rows, first);
  }

  absorb(entries: StoredEntry[]): void {
    for (const entry of entries) {
      const held = this.accounts.get(entry.stream);
      if (!held || 'parked' in held) continue;
      const recorded = readRecorded(entry);
      if (!recorded) continue;
      try {
        this.accounts.set(entry.stream, record(held, slim(recorded)).account);
      } catch (error) {
        this.accounts.set(entry.stream, { parked: String(error) });
      }
    }
  }

  forget(): void {
    this.accounts.clear();
  }

  /** Refuses what cannot stand here, and computes the bounds of what can. */
  private judge(content: Content, held: Held | undefined, recordedAt: Instant): Bounds | null {
    if (isWorld(content)) {
      const [kind] = splitType(content.type);
      const bound = held && !('parked' in held) ? bindingKind(held) : null;
      if (bound !== null && bound !== kind) throw new MatterHasKind(content.matter, bound, kind);
      return completeWorld(content, recordedAt);
    }
    if (!isDesk(content) || !held || 'parked' in held) return null;
    const target = findItem(held, content.target);
    if (!target) throw new UnknownTarget(content.target);
    const judged = checkDesk(content, target, held);
    if ('code' in judged) throw new DeskRefused(judged.code, judged.pointer, judged.detail);
    return judged.bounds;
  }

  /** A fold that throws parks its matter; the development is recorded all the same. */
  private fold(account: Account, recorded: Recorded, rows: RecordedRows, undo: Undo): void {
    const { matter } = recorded.content;
    const { position } = recorded;
    try {
      const { account: next, change } = record(account, slim(recorded));
      this.accounts.set(matter, next, undo);
      rows.change = { matter, position, change };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.accounts.set(matter, { parked: reason }, undo);
      rows.parked = { matter, position, reason };
    }
  }
}

/** Registry entries, and the desk's decisions about them, are in no matter's account. */
function isInRegistry(content: Content): boolean {
  return isRegistry(content) || content.matter.includes('/');
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
