import type { PoolClient } from 'pg';
import { canonicalJson } from './canonical-json.js';
import type { EndToEnd } from './end-to-end.js';
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
import { Ground, type GroundSettings } from './ground.js';
import type { Appended, BatchPart, Proposal, StoredEntry } from './proposal.js';
import { freshRandomBytes } from './random-bytes.js';
import { redact } from './redact.js';
import type { Run } from './run.js';
import { Undo } from './undo.js';
import type { PlannedBatch, PlannedEntry } from './write-batch.js';

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

export interface PlannerSettings<C extends object, R> extends GroundSettings<C, R> {
  clock: () => number;
}

/**
 * Plans batches for one ledger, on the ground of what this process knows of it. A plan is taken as done at once, so
 * that the next one can build on it, and is taken back if it could not be written.
 */
export class Planner<C extends object, R> {
  private readonly undo = new Undo();
  private readonly ground: Ground<C, R>;

  constructor(private readonly settings: PlannerSettings<C, R>) {
    this.ground = new Ground(settings, this.undo);
  }

  /** @param presuming false where the plan will not be written: then nothing would tell that it presumed wrongly */
  async plan(groups: Group<C>[], presuming = true): Promise<Plan<R>> {
    await this.ground.nextRound();
    const plan = await this.planOnGround(groups, presuming);
    if (!plan.presumed || !plan.verdicts.some((verdict) => verdict instanceof GroupRefused)) return plan;
    // Nothing is refused on a presumption.
    this.takeBack(plan);
    this.mistrust();
    return this.planOnGround(groups, false);
  }

  private async planOnGround(groups: Group<C>[], presuming: boolean): Promise<Plan<R>> {
    const { ground, undo } = this;
    const from = ground.head;
    const mark = undo.mark();
    const proposals = groups.flatMap((group) => group.proposals);
    const { stored, presumed } = await ground.lookUp(proposals, presuming);
    const recordedAt = Math.max(from.recordedAt, this.settings.clock());
    await ground.derived.load(proposals, from.size, (stream) => ground.versionOf(stream), recordedAt);
    const plan: Plan<R> = { from, entries: [], rows: [], tiles: [], verdicts: [], presumed, mark };
    for (const group of groups) plan.verdicts.push(this.planGroup(group, plan, stored, recordedAt));
    return plan;
  }

  /** The companion's parts of the statement that writes the plan. */
  derivedParts({ rows }: Plan<R>, end: EndToEnd): BatchPart[] {
    return this.ground.derived.write(rows, end);
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
          : await this.ground.derived.purge(client, target, from.size + entries.length);
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
    this.ground.mistrust();
  }

  /** A plan is written, if there is anything to write: the oldest of those that are not settled yet. */
  written({ rows }: Plan<R>): void {
    if (rows.length > 0) this.ground.derived.written(rows);
  }

  /** What was planned before `next` is written; by default all that was planned so far. */
  settled(next?: Plan<R>): void {
    this.undo.settle(next?.mark);
    if (!next) this.ground.rest();
  }

  /** Drops all that is known: what was planned may or may not have been written. */
  forget(): void {
    this.ground.forget();
  }

  /** Reads what other processes have appended since this one last knew the head. Nothing is planned beyond it. */
  catchUp(client: PoolClient): Promise<void> {
    return this.ground.catchUp(client);
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
    const first = this.ground.recent(proposal.id) ?? stored.get(proposal.id);
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
    return canonicalJson(this.ground.derived.contentOf(payload)) === canonicalJson(content);
  }

  private planEntry(proposal: Proposal<C>, recordedBy: string, recordedAt: number, plan: Plan<R>): Appended {
    const { ground, undo } = this;
    const { timeline } = this.settings;
    const { id, stream, expectedVersion, recordedBefore } = proposal;
    const current = ground.versionOf(stream);
    if (expectedVersion !== undefined && expectedVersion !== current) {
      throw new VersionMismatch(stream, expectedVersion, current);
    }
    if (recordedBefore !== undefined && recordedAt >= recordedBefore) {
      throw new RecordedTooLate(recordedAt, recordedBefore);
    }
    const position = ground.head.size;
    const version = current + 1;
    const place = { timeline, position, recordedAt, version, recordedBy };
    const { payload, rows } = ground.derived.record(proposal, place, undo);
    // Field by field, here and below: spreading objects took longer than hashing what is in them.
    const { entry, payload: text, salt, leafHash } = seal(payload, freshRandomBytes(32), place);
    const planned: PlannedEntry = {
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
    };
    for (const tile of ground.take(planned)) plan.tiles.push(tile);
    plan.entries.push(planned);
    plan.rows.push(rows);
    return { id, position, version, recordedAt, leafHash, payload, duplicate: false };
  }
}

/** An id that was taken by one of the same group, which is not recorded either, is no id of the ledger's. */
function ofGroup(error: unknown, planned: Appended[]): unknown {
  if (!(error instanceof ConflictingId)) return error;
  const index = planned.findIndex(({ id, duplicate }) => id === error.id && !duplicate);
  return index === -1 ? error : new IdTwice(error.id, index);
}
