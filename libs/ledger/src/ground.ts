import type { Pool, PoolClient } from 'pg';
import { loadTails } from './complete-tiles.js';
import { type Head, readHead } from './head.js';
import { Presumption } from './presumption.js';
import type { Appended, Companion, Proposal, StoredEntry, TimelineCompanion } from './proposal.js';
import { readIds, readRange } from './read-entries.js';
import { RecentMap } from './recent-map.js';
import { streamVersions } from './stream-versions.js';
import type { FullTile, TileTails } from './tile-tails.js';
import type { Undo } from './undo.js';
import type { PlannedEntry } from './write-batch.js';

/** A process that fell further behind than this drops its caches instead of reading all that it missed. */
const catchUpLimit = 5_000;

/**
 * Ids known with their payload unless more are asked for, beside those in flight: retries that come at once. Of 2,000
 * most outlived two collections of what is young, and a tenth of the appends went into moving them.
 */
const recentIds = 250;

/**
 * What answers a repeated id without a look-up. Parsed, a development would be some hundred objects to keep; and the
 * smallest slice of a pooled buffer keeps the whole of it, outside of the heap, until a full collection.
 */
interface Known extends Omit<Appended, 'leafHash' | 'payload' | 'duplicate'> {
  /** In 32 characters below 256. */
  leafHash: string;
  /** Canonical JSON. */
  payload: string;
}

/** What look-ups found: the entries of ids that are taken; and whether, instead, all were presumed to be new. */
export interface LookedUp {
  stored: ReadonlyMap<string, StoredEntry>;
  presumed: boolean;
}

export interface GroundSettings<C extends object, R> {
  timeline: string;
  readers: Pool;
  companion: Companion<C, R>;
  /** Batches whose ids and streams are looked up before any are presumed to be new (see Presumption); 16 by default. */
  lookUps?: number | undefined;
  /** How many of the last ids are known with their payload. */
  recentIds?: number;
}

/**
 * What this process knows of one ledger: the head, the versions of streams, recent ids, the companion's state. What is
 * planned on it is taken in as though it were written, and may have to be taken back (`undo`). All of it holds only
 * while the head is where it thinks.
 */
export class Ground<C extends object, R> {
  readonly derived: TimelineCompanion<C, R>;
  private lastKnown: Head | undefined;
  /** As of the head. */
  private tails: TileTails | undefined;
  private readonly versions = new RecentMap<string, number>(100_000);
  private readonly ids: RecentMap<string, Known>;
  private readonly presumption: Presumption;

  constructor(
    private readonly settings: GroundSettings<C, R>,
    private readonly undo: Undo,
  ) {
    this.derived = settings.companion.open(settings.timeline);
    this.ids = new RecentMap(settings.recentIds ?? recentIds);
    this.presumption = new Presumption(settings.lookUps ?? 16);
  }

  /** Begins a round of planning: what it begins on is read where it is not known. */
  async nextRound(): Promise<void> {
    const { timeline, readers } = this.settings;
    this.versions.nextRound();
    this.ids.nextRound();
    this.lastKnown ??= await readHead(readers, timeline);
    this.tails ??= await loadTails(readers, timeline, this.lastKnown.size);
  }

  /** Where the ledger ends, with what is planned: known once a round has begun. */
  get head(): Head {
    return this.lastKnown!;
  }

  /** The last version of a stream that was looked up; 0 for a new one. */
  versionOf(stream: string): number {
    return this.versions.get(stream)!;
  }

  /** What an id stands for, if it is one of the last. */
  recent(id: string) {
    const known = this.ids.get(id);
    return known && { ...known, leafHash: Buffer.from(known.leafHash, 'latin1') };
  }

  /**
   * Makes the version of every stream known, and finds the ids that are taken.
   * @param presuming whether what this process has not seen may be taken for new
   */
  async lookUp(proposals: Proposal<C>[], presuming: boolean): Promise<LookedUp> {
    const streams = new Set<string>();
    const ids = new Set<string>();
    for (const { id, freshId, stream } of proposals) {
      if (!this.versions.has(stream)) streams.add(stream);
      if (!freshId && !this.ids.has(id)) ids.add(id);
    }
    if (streams.size === 0 && ids.size === 0) return { stored: new Map(), presumed: false };
    if (presuming && this.presumption.allowed) {
      for (const stream of streams) this.presumeNew(stream);
      return { stored: new Map(), presumed: true };
    }
    const { readers, timeline } = this.settings;
    const [versions, stored] = await Promise.all([
      streams.size === 0 ? undefined : streamVersions(readers, timeline, [...streams]),
      ids.size === 0 ? [] : readIds(readers, timeline, [...ids]),
    ]);
    for (const stream of streams) this.versions.set(stream, versions?.get(stream) ?? 0);
    this.presumption.lookedUp(stored.length > 0 || (versions?.size ?? 0) > 0);
    return { stored: new Map(stored.map((entry) => [entry.id, entry])), presumed: false };
  }

  /** Taken back with the plan, whatever became of it: what was opened for the stream may lack all that it holds. */
  private presumeNew(stream: string): void {
    this.undo.push(() => {
      this.versions.delete(stream);
      this.derived.release(stream);
    });
    this.versions.set(stream, 0);
  }

  /** Takes in what is planned at the head. Gives the tiles that it completes. */
  take({ id, stream, position, version, recordedAt, leafHash, payload }: PlannedEntry): FullTile[] {
    const head = this.head;
    this.undo.push(() => (this.lastKnown = head));
    this.lastKnown = { size: position + 1, tip: leafHash, recordedAt, epoch: head.epoch };
    this.versions.set(stream, version, this.undo);
    const known = { id, position, version, recordedAt, leafHash: leafHash.toString('latin1'), payload };
    this.ids.set(id, known, this.undo);
    return this.tails!.append(leafHash, this.undo);
  }

  /** Reads what other processes have appended since this one last knew the head. */
  async catchUp(client: PoolClient): Promise<void> {
    const { timeline } = this.settings;
    const behind = this.lastKnown;
    const head = await readHead(client, timeline);
    if (!behind || !canReach(head, behind)) {
      this.forget();
    } else {
      const entries = await readRange(client, timeline, behind.size, head.size);
      for (const { stream, version, leafHash } of entries) {
        this.tails?.append(leafHash);
        this.versions.set(stream, version);
      }
      if (!this.derived.absorb(entries)) this.forget();
    }
    this.lastKnown = head;
  }

  /** What was presumed may be wrong: the next batches look everything up. */
  mistrust(): void {
    this.presumption.withdraw();
  }

  /** Nothing is in flight. What the last batches touched would else be held until the next ones, while others need room. */
  rest(): void {
    this.versions.rest();
    this.ids.rest();
    this.derived.rest();
  }

  /** Drops all it knows: what was planned may or may not have been written. */
  forget(): void {
    this.undo.settle();
    this.mistrust();
    this.lastKnown = undefined;
    this.tails = undefined;
    this.versions.clear();
    this.ids.clear();
    this.derived.forget();
  }
}

/** Whether what was recorded between two heads is all that there is to know. */
function canReach(head: Head, behind: Head): boolean {
  const missed = head.size - behind.size;
  if (head.epoch !== behind.epoch || missed < 0 || missed > catchUpLimit) return false;
  return missed > 0 || head.tip.equals(behind.tip);
}
