import type { Pool, PoolClient } from 'pg';
import { canonicalJson } from './canonical-json.js';
import { loadTails } from './complete-tiles.js';
import { seal } from './entry.js';
import {
  ConflictingId,
  GroupRefused,
  IdTwice,
  NothingToDestroy,
  RecordedTooLate,
  RunEnded,
  VersionMismatch,
} from './errors.js';
import { type Head, readHead } from './head.js';
import { Presumption } from './presumption.js';
import type { Appended, BatchPart, Companion, Proposal, StoredEntry, TimelineCompanion } from './proposal.js';
import type { EndToEnd } from './end-to-end.js';
import { freshRandomBytes } from './random-bytes.js';
import { readIds, readRange } from './read-entries.js';
import { redact } from './redact.js';
import { RecentMap } from './recent-map.js';
import type { Run } from './run.js';
import { streamVersions } from './stream-versions.js';
import type { TileTails } from './tile-tails.js';
import { Undo } from './undo.js';
import type { PlannedBatch } from './write-batch.js';

/** A process that fell further behind than this drops its caches instead of reading all that it missed. */
const catchUpLimit = 5_000;

/**
 * Ids known with their payload unless more are asked for, beside those in flight: retries that come at once. Of 2,000
 * most outlived two collections of what is young, and a tenth of the appends went into moving them.
 */
const recentIds = 250;

/** Proposals that are appended together or not at all; in a run, up to the first that is refused. */
export interface Group<C extends object> {
  proposals: Proposal<C>[];
  recordedBy: string;
  run?: Run | undefined;
}

/** A batch as it will be written, if the head still is at `from` then. */
export interface Plan<R> extends PlannedBatch {
  rows: R[];
  /** What each group will be told once the batch is written: its receipts, or why it was refused. */
  verdicts: (Appended[] | GroupRefused)[];
  /** Whether it took ids or streams for new that it had not looked up. */
  presumed: boolean;
  /** How to take it back. */
  mark: number;
}

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

export interface PlannerSettings<C extends object, R> {
  timeline: string;
  readers: Pool;
  companion: Companion<C, R>;
  clock: () => number;
  /** Batches whose ids and streams are looked up before any are presumed to be new (see Presumption); 16 by default. */
  lookUps?: number | undefined;
  /** How many of the last ids are known with their payload. */
  recentIds?: number;
}

/**
 * What this process knows of one ledger (the head, the versions of streams, recent ids, the companion's state),
 * and the plans it makes on that ground. A plan is taken as done at once, so that the next one can build on it,
 * and is taken back if it could not be written. All it knows holds only while the head is where it thinks.
 */
export class Planner<C extends object, R> {
  private head: Head | undefined;
  /** As of the head. */
  private tails: TileTails | undefined;
  private readonly versions = new RecentMap<string, number>(100_000);
  private readonly known: RecentMap<string, Known>;
  private readonly derived: TimelineCompanion<C, R>;
  private readonly presumption: Presumption;
  private readonly undo = new Undo();

  constructor(private readonly settings: PlannerSettings<C, R>) {
    this.derived = settings.companion.open(settings.timeline);
    this.known = new RecentMap(settings.recentIds ?? recentIds);
    this.presumption = new Presumption(settings.lookUps ?? 16);
  }

  /** @param presuming false where the plan will not be written: then nothing would tell that it presumed wrongly */
  async plan(groups: Group<C>[], presuming = true): Promise<Plan<R>> {
    const { timeline, readers } = this.settings;
    this.versions.nextRound();
    this.known.nextRound();
    this.head ??= await readHead(readers, timeline);
    this.tails ??= await loadTails(readers, timeline, this.head.size);
    const plan = await this.planBehind(this.head, groups, presuming && this.presumption.allowed);
    if (!plan.presumed || !plan.verdicts.some((verdict) => verdict instanceof GroupRefused)) return plan;
    // Nothing is refused on a presumption.
    this.takeBack(plan);
    this.mistrust();
    return this.planBehind(this.head, groups, false);
  }

  private async planBehind(from: Head, groups: Group<C>[], presuming: boolean): Promise<Plan<R>> {
    const mark = this.undo.mark();
    const proposals = groups.flatMap((group) => group.proposals);
    const { stored, presumed } = await this.lookUp(proposals, presuming);
    const recordedAt = Math.max(from.recordedAt, this.settings.clock());
    await this.derived.load(proposals, from.size, (stream) => this.versions.get(stream)!, recordedAt);
    const plan: Plan<R> = { from, entries: [], rows: [], tiles: [], verdicts: [], presumed, mark };
    for (const group of groups) plan.verdicts.push(this.planGroup(group, plan, stored, recordedAt));
    return plan;
  }

  /** The companion's part of the statement that writes the plan. */
  derivedPart({ rows }: Plan<R>, end: EndToEnd): BatchPart {
    return this.derived.write(rows, end);
  }

  /**
   * Destroys what the written entries of a plan (of one group) name, and what was derived of it, in the transaction that
   * wrote them.
   * @throws GroupRefused where one of them names nothing that can be destroyed
   */
  async destroy(client: PoolClient, { entries, from, verdicts: [verdict] }: Plan<R>): Promise<void> {
    const appended = verdict instanceof GroupRefused ? verdict.appended : verdict!;
    for (const { timeline, position, destroys } of entries) {
      if (!destroys) continue;
      const target = await redact(client, timeline, position);
      const refused =
        target === null
          ? new NothingToDestroy()
          : await this.derived.purge(client, target, from.size + entries.length);
      if (!refused) continue;
      const index = appended.findIndex((each) => each.position === position);
      throw new GroupRefused(index, refused);
    }
  }

  /** Takes back a plan, and all that was planned after it. */
  takeBack(plan: Plan<R>): void {
    this.undo.revert(plan.mark);
  }

  /** A plan that presumed has failed where it may have been wrong: the next ones look everything up. */
  mistrust(): void {
    this.presumption.withdraw();
  }

  /** What was planned before `next` is written; by default all that was planned so far. */
  settled(next?: Plan<R>): void {
    this.undo.settle(next?.mark);
    if (!next) this.rest();
  }

  /** Else what the last batches touched would be held until this ledger's next ones, while others run out of room. */
  private rest(): void {
    this.versions.rest();
    this.known.rest();
    this.derived.rest();
  }

  /** Drops all it knows: what was planned may or may not have been written. */
  forget(): void {
    this.undo.settle();
    this.mistrust();
    this.head = undefined;
    this.tails = undefined;
    this.versions.clear();
    this.known.clear();
    this.derived.forget();
  }

  /** Reads what other processes have appended since this one last knew the head. */
  async catchUp(client: PoolClient): Promise<void> {
    const { timeline } = this.settings;
    const behind = this.head;
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
    this.head = head;
  }

  /** Makes the version of every stream known, and finds the ids that are taken. */
  private async lookUp(
    proposals: Proposal<C>[],
    presuming: boolean,
  ): Promise<{ stored: ReadonlyMap<string, StoredEntry>; presumed: boolean }> {
    const streams = new Set<string>();
    const ids = new Set<string>();
    for (const { id, freshId, stream } of proposals) {
      if (!this.versions.has(stream)) streams.add(stream);
      if (!freshId && !this.known.has(id)) ids.add(id);
    }
    if (streams.size === 0 && ids.size === 0) return { stored: new Map(), presumed: false };
    if (presuming) {
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

  private planGroup(
    group: Group<C>,
    plan: Plan<R>,
    stored: ReadonlyMap<string, StoredEntry>,
    recordedAt: number,
  ): Appended[] | GroupRefused {
    const { run } = group;
    if (run?.ended) return new GroupRefused(0, new RunEnded());
    let mark = this.undo.mark();
    const entries = plan.entries.length;
    const tiles = plan.tiles.length;
    const appended: Appended[] = [];
    for (const proposal of group.proposals) {
      if (run) mark = this.undo.mark();
      try {
        const repeated = this.repeated(proposal, stored);
        appended.push(repeated ?? this.planEntry(proposal, group.recordedBy, recordedAt, plan));
      } catch (error) {
        this.undo.revert(mark);
        if (run) {
          this.undo.push(() => (run.ended = false));
          run.ended = true;
          return new GroupRefused(appended.length, error, appended);
        }
        plan.entries.length = entries;
        plan.rows.length = entries;
        plan.tiles.length = tiles;
        return new GroupRefused(appended.length, ofGroup(error, appended));
      }
    }
    return appended;
  }

  /** The first receipt, if this id stands in the ledger with the same content. */
  private repeated(proposal: Proposal<C>, stored: ReadonlyMap<string, StoredEntry>): Appended | undefined {
    const known = this.known.get(proposal.id);
    const first = known
      ? { ...known, leafHash: Buffer.from(known.leafHash, 'latin1') }
      : stored.get(proposal.id);
    if (!first) return undefined;
    const { id, position, version, recordedAt, leafHash } = first;
    const payload = first.payload === null ? null : (JSON.parse(first.payload.toString()) as object);
    if (payload === null || !this.holds(payload, proposal.content)) {
      throw new ConflictingId(id, position, payload === null);
    }
    return { id, position, version, recordedAt, leafHash, payload, duplicate: true };
  }

  /** Whether a payload is this content, completed. */
  private holds(payload: object, content: C): boolean {
    return canonicalJson(this.derived.contentOf(payload)) === canonicalJson(content);
  }

  private planEntry(proposal: Proposal<C>, recordedBy: string, recordedAt: number, plan: Plan<R>): Appended {
    const { timeline } = this.settings;
    const { id, stream, expectedVersion, recordedBefore } = proposal;
    const head = this.head!;
    const current = this.versions.get(stream)!;
    if (expectedVersion !== undefined && expectedVersion !== current) {
      throw new VersionMismatch(stream, expectedVersion, current);
    }
    if (recordedBefore !== undefined && recordedAt >= recordedBefore) {
      throw new RecordedTooLate(recordedAt, recordedBefore);
    }
    const position = head.size;
    const version = current + 1;
    const place = { timeline, position, recordedAt, version, recordedBy };
    const { payload, rows } = this.derived.record(proposal, place, this.undo);
    // Field by field, here and below: spreading objects took longer than hashing what is in them.
    const { entry, payload: text, salt, leafHash } = seal(payload, freshRandomBytes(32), place);
    const appended = { id, position, version, recordedAt, leafHash, payload, duplicate: false };

    this.undo.push(() => (this.head = head));
    this.head = { size: position + 1, tip: leafHash, recordedAt, epoch: head.epoch };
    this.versions.set(stream, version, this.undo);
    const known = { id, position, version, recordedAt, leafHash: leafHash.toString('latin1'), payload: text };
    this.known.set(id, known, this.undo);
    plan.entries.push({
      timeline,
      position,
      recordedAt,
      version,
      entry,
      payload: text,
      salt,
      leafHash,
      id,
      stream,
      destroys: proposal.destroys === true,
    });
    plan.rows.push(rows);
    for (const tile of this.tails!.append(leafHash, this.undo)) plan.tiles.push(tile);
    return appended;
  }
}

/** Whether what was recorded between two heads is all that there is to know. */
function canReach(head: Head, behind: Head): boolean {
  const missed = head.size - behind.size;
  if (head.epoch !== behind.epoch || missed < 0 || missed > catchUpLimit) return false;
  return missed > 0 || head.tip.equals(behind.tip);
}

/** An id that was taken by one of the same group, which is not recorded either, is no id of the ledger's. */
function ofGroup(error: unknown, planned: Appended[]): unknown {
  if (!(error instanceof ConflictingId)) return error;
  const index = planned.findIndex(({ id, duplicate }) => id === error.id && !duplicate);
  return index === -1 ? error : new IdTwice(error.id, index);
}
