import type { Pool } from 'pg';
import {
  bindingKind,
  type Bounds,
  checkDesk,
  completeWorld,
  type Content,
  findItem,
  type Instant,
  foldVersion as thisFold,
  isDesk,
  isRegistry,
  isWorld,
  type KindTable,
  type Recorded,
  splitType,
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
import { developmentsInHeap } from './account-memory.js';
import { DeskRefused, MatterHasKind, UnknownTarget } from './errors.js';
import { type Held, isInRegistry, isParked, openHeld, take, weighHeld } from './held-account.js';
import { modelsToWrite } from './models-to-write.js';
import { readRecorded, writeBounds } from './payload.js';
import type { ReadModels } from './read-models.js';
import { withholdingOf } from './withholding.js';
import { nothingFolded, type RecordedRows, writeRows } from './write-rows.js';

/**
 * Writes the read models in the append's own statement, from accounts held in memory.
 * @param foldVersion that of the fold in `#libs/chronology`; another one to see what a service of another does
 */
export function situationsCompanion(
  readers: Pool,
  kinds: KindTable,
  foldVersion = thisFold,
): Companion<Content, RecordedRows> {
  return {
    open: (timeline) => new TimelineAccounts(readers, kinds, timeline, foldVersion),
  };
}

class TimelineAccounts implements TimelineCompanion<Content, RecordedRows> {
  private readonly accounts = new RecentMap<string, Held>(developmentsInHeap, weighHeld);
  /** What appends write into (null: nothing); undefined until it was looked up. */
  private models: ReadModels | null | undefined;

  constructor(
    private readonly readers: Pool,
    private readonly kinds: KindTable,
    private readonly timeline: string,
    private readonly foldVersion: number,
  ) {}

  async load(
    proposals: Proposal<Content>[],
    size: number,
    version: (stream: string) => number,
  ): Promise<void> {
    this.accounts.nextRound();
    // Looked up after the head was read, so if this is newer than what the head knew, the append misses by its epoch.
    if (this.models === undefined)
      this.models = await modelsToWrite(this.readers, this.timeline, this.foldVersion);
    const missing = new Set<string>();
    for (const { stream, content } of proposals) {
      if (isRegistry(content) || this.accounts.get(stream)) continue;
      if (version(stream) > 0) missing.add(stream);
      else this.accounts.set(stream, openHeld(stream, this.kinds));
    }
    if (missing.size === 0) return;
    const entries = await readStreams(this.readers, this.timeline, [...missing], size);
    for (const matter of missing) this.accounts.set(matter, openHeld(matter, this.kinds));
    this.absorb(entries);
  }

  record(proposal: Proposal<Content>, place: Place, undo: Undo): { payload: object; rows: RecordedRows } {
    const { content } = proposal;
    const { position, recordedAt, version } = place;
    const held = isInRegistry(content) ? undefined : this.accounts.get(content.matter);
    const bounds = this.judge(content, held, recordedAt);
    const recorded: Recorded = { position, recordedAt, version, content, bounds };
    const rows: RecordedRows = {
      ...nothingFolded,
      decision: isDesk(content) ? { position, target: content.target } : null,
      withholding: withholdingOf(content, recordedAt),
    };
    if (held) {
      const taken = take(held, recorded);
      if (taken.held !== held) this.accounts.set(content.matter, taken.held, undo);
      // Held back, the read models take in nothing; whoever rebuilds them folds it again.
      if (this.models) Object.assign(rows, taken.rows);
    }
    return { payload: bounds ? { ...content, bounds: writeBounds(bounds) } : content, rows };
  }

  write(rows: RecordedRows[], first: number): BatchPart {
    return writeRows(this.models ?? null, rows, first);
  }

  absorb(entries: StoredEntry[]): void {
    for (const entry of entries) {
      const held = this.accounts.get(entry.stream);
      const recorded = held && readRecorded(entry);
      if (recorded) this.accounts.set(entry.stream, take(held, recorded).held);
    }
  }

  forget(): void {
    this.accounts.clear();
    this.models = undefined;
  }

  /** Refuses what cannot stand here, and computes the bounds of what can. */
  private judge(content: Content, held: Held | undefined, recordedAt: Instant): Bounds | null {
    if (isWorld(content)) {
      const [kind] = splitType(content.type);
      const bound = held && !isParked(held) ? bindingKind(held) : null;
      if (bound !== null && bound !== kind) throw new MatterHasKind(content.matter, bound, kind);
      return completeWorld(content, recordedAt);
    }
    if (!isDesk(content) || !held || isParked(held)) return null;
    const target = findItem(held, content.target);
    if (!target) throw new UnknownTarget(content.target);
    const judged = checkDesk(content, target, held);
    if ('code' in judged) throw new DeskRefused(judged.code, judged.pointer, judged.detail);
    return judged.bounds;
  }
}
