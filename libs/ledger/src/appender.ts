import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { canonicalJson } from './canonical-json.js';
import { seal } from './entry.js';
import { ConflictingId, GroupRefused, LedgerBusy, VersionMismatch } from './errors.js';
import { type Head, readHead } from './head.js';
import type { Appended, Companion, Proposal, StoredEntry, TimelineCompanion } from './proposal.js';
import { readIds, readRange } from './read-entries.js';
import { RecentMap } from './recent-map.js';
import { streamVersions } from './stream-versions.js';
import { Undo } from './undo.js';
import { batchSql, ownParameters, type PlannedEntry, writeBatch } from './write-batch.js';

/** Entries that may wait in memory for one timeline; beyond, LedgerBusy. */
export const queueLimit = 20_000;
/** A batch takes waiting groups until it holds so many entries (one larger group still goes whole). */
const batchLimit = 128;
/** One batch is written while the next is planned and sent behind it on the same connection. */
const batchesInFlight = 2;
/** After so many misses in a row the head is locked before planning: others append here too. */
const missesBeforeLock = 2;
/** A process that fell further behind than this drops its caches instead of reading all that it missed. */
const catchUpLimit = 5_000;

export interface AppenderSettings<C extends object, R> {
  timeline: string;
  /** For the append statements: one connection is held while anything waits. */
  writers: Pool;
  /** For look-ups beside them. */
  readers: Pool;
  companion: Companion<C, R>;
  clock: () => number;
  /** Called after each commit with the ledger's new size. */
  onCommit: (size: number) => void;
}

/** Proposals that are appended together or not at all, and whoever waits for them. */
interface Group<C extends object> {
  proposals: Proposal<C>[];
  recordedBy: string;
  /** Set after its batch failed in a way that may be this group's fault: it is tried by itself. */
  alone?: boolean;
  /** Set after the connection was lost under it: a second loss is told to whoever waits. */
  retried?: boolean;
  resolve: (appended: Appended[]) => void;
  reject: (error: unknown) => void;
}

interface Plan<C extends object, R> {
  groups: Group<C>[];
  /** What each group will be told once the batch is written: its receipts, or why it was refused. */
  verdicts: (Appended[] | GroupRefused)[];
  from: Head;
  entries: PlannedEntry[];
  rows: R[];
  mark: number;
}

/** What was appended recently, with its content, to answer a repeated id without a look-up. */
interface Known {
  content: object;
  appended: Appended;
}

/**
 * Group commit for one ledger. Requests that arrive while a batch is under way wait in memory and go together
 * in the next one. Each batch is planned against what this process knows of the head, the versions and the
 * companion's state, and is fenced by the head: if another process was faster, the plan is taken back, what
 * the other recorded is read, and the batch is planned anew. Nothing is answered before its commit.
 */
export class Appender<C extends object, R> {
  private readonly queue: Group<C>[] = [];
  private waiting = 0;
  private running = false;

  private head: Head | undefined;
  private readonly versions = new RecentMap<string, number>(100_000);
  private readonly known = new RecentMap<string, Known>(10_000);
  private readonly derived: TimelineCompanion<C, R>;
  private readonly undo = new Undo();
  private readonly inFlight: { plan: Plan<C, R>; result: Promise<boolean | Error> }[] = [];
  private misses = 0;
  private readonly sql: string;

  constructor(private readonly settings: AppenderSettings<C, R>) {
    this.derived = settings.companion.open(settings.timeline);
    this.sql = batchSql(settings.companion.sql(ownParameters + 1));
  }

  get idle(): boolean {
    return !this.running;
  }

  append(proposals: Proposal<C>[], recordedBy: string): Promise<Appended[]> {
    if (this.waiting + proposals.length > queueLimit) return Promise.reject(new LedgerBusy(queueLimit));
    return new Promise((resolve, reject) => {
      this.queue.push({ proposals, recordedBy, resolve, reject });
      this.waiting += proposals.length;
      if (!this.running) void this.run();
    });
  }

  /** Never rejects: every failure reaches those who wait. */
  private async run(): Promise<void> {
    this.running = true;
    let client: PoolClient | undefined;
    let broken: Error | undefined;
    const ignore = () => undefined;
    try {
      client = await this.settings.writers.connect();
      // Its loss reaches the statement under way; without a listener it would end the process.
      client.on('error', ignore);
      while (this.queue.length > 0 || this.inFlight.length > 0) {
        if (this.queue.length === 0 || this.inFlight.length === batchesInFlight) await this.settle(client);
        else if (this.misses >= missesBeforeLock) await this.appendLocked(client);
        else await this.send(client);
      }
    } catch (error) {
      broken = error as Error;
      this.startOver(broken);
    } finally {
      client?.off('error', ignore);
      client?.release(broken);
      this.running = false;
      // A request may have come in between the last look at the queue and here.
      if (this.queue.length > 0) void this.run();
    }
  }

  /** Plans the next batch and sends it, without waiting for the one before. */
  private async send(client: PoolClient): Promise<void> {
    const groups = this.takeGroups();
    const plan = await this.planOrRequeue(groups);
    if (plan.entries.length === 0 && this.inFlight.length === 0) return this.answer(plan);
    // A batch of repeats has nothing to write, but its receipts may be those of a batch still in flight.
    const result =
      plan.entries.length === 0
        ? (this.inFlight.at(-1)?.result ?? Promise.resolve(true))
        : this.write(client, plan);
    this.inFlight.push({ plan, result });
  }

  private write(client: PoolClient, plan: Plan<C, R>): Promise<boolean | Error> {
    return writeBatch(client, this.sql, plan.from, plan.entries, this.derived.parameters(plan.rows)).catch(
      (error: Error) => error,
    );
  }

  /** Waits for the oldest batch in flight and answers it, or takes everything in flight back. */
  private async settle(client: PoolClient): Promise<void> {
    const { plan, result } = this.inFlight[0]!;
    const outcome = await result;
    if (outcome === true) {
      this.inFlight.shift();
      this.misses = 0;
      if (this.inFlight.length === 0) this.undo.clear();
      return this.answer(plan);
    }
    // The batches behind are fenced by this one's tip, so none of them was written either.
    const failed = this.inFlight.splice(0);
    await Promise.all(failed.map((batch) => batch.result));
    this.undo.revert(plan.mark);
    const groups = failed.flatMap((batch) => batch.plan.groups);
    if (outcome === false) {
      this.misses++;
      this.requeue(groups);
      return this.catchUp(client);
    }
    this.isolate(outcome, groups, plan);
  }

  /** The statement failed. If its connection lives, one group's data may be to blame: each goes by itself. */
  private isolate(error: Error, groups: Group<C>[], plan: Plan<C, R>): void {
    this.forget();
    if (isAnswerOfDatabase(error) && plan.groups.length === 1) {
      plan.groups[0]!.reject(error);
      return this.requeue(groups.slice(1));
    }
    this.requeue(groups);
    if (!isAnswerOfDatabase(error)) throw error;
    for (const group of plan.groups) group.alone = true;
  }

  /** Plans and writes one batch while holding the head, so that it cannot miss. */
  private async appendLocked(client: PoolClient): Promise<void> {
    while (this.inFlight.length > 0) await this.settle(client);
    if (this.queue.length === 0) return;
    await client.query('begin');
    await readHead(client, this.settings.timeline, true);
    await this.catchUp(client);
    const plan = await this.planOrRequeue(this.takeGroups());
    const written = plan.entries.length === 0 || (await this.write(client, plan));
    if (written !== true) {
      this.undo.revert(plan.mark);
      await client.query('rollback');
      if (written instanceof Error) return this.isolate(written, plan.groups, plan);
      throw new Error('the head moved although it was locked');
    }
    await client.query('commit');
    this.undo.clear();
    this.misses = 0;
    this.answer(plan);
  }

  private answer(plan: Plan<C, R>): void {
    if (plan.entries.length > 0) this.settings.onCommit(plan.from.size + plan.entries.length);
    plan.groups.forEach((group, index) => {
      const verdict = plan.verdicts[index]!;
      if (verdict instanceof GroupRefused) group.reject(verdict);
      else group.resolve(verdict);
    });
  }

  private takeGroups(): Group<C>[] {
    const groups: Group<C>[] = [];
    let size = 0;
    while (this.queue.length > 0 && size < batchLimit) {
      const next = this.queue[0]!;
      if (next.alone && groups.length > 0) break;
      groups.push(this.queue.shift()!);
      size += next.proposals.length;
      if (next.alone) break;
    }
    this.waiting -= size;
    return groups;
  }

  private requeue(groups: Group<C>[]): void {
    this.queue.unshift(...groups);
    for (const group of groups) this.waiting += group.proposals.length;
  }

  private async planOrRequeue(groups: Group<C>[]): Promise<Plan<C, R>> {
    try {
      return await this.plan(groups);
    } catch (error) {
      this.requeue(groups);
      throw error;
    }
  }

  private async plan(groups: Group<C>[]): Promise<Plan<C, R>> {
    const { timeline, readers, clock } = this.settings;
    this.head ??= await readHead(readers, timeline);
    const proposals = groups.flatMap((group) => group.proposals);
    const stored = await this.lookUp(proposals);
    await this.derived.load(proposals, this.head.size, (stream) => this.versions.get(stream)!);
    const recordedAt = Math.max(this.head.recordedAt, clock());
    const plan: Plan<C, R> = {
      groups,
      verdicts: [],
      from: this.head,
      entries: [],
      rows: [],
      mark: this.undo.mark(),
    };
    for (const group of groups) plan.verdicts.push(this.planGroup(group, plan, stored, recordedAt));
    return plan;
  }

  private planGroup(
    group: Group<C>,
    plan: Plan<C, R>,
    stored: ReadonlyMap<string, StoredEntry>,
    recordedAt: number,
  ): Appended[] | GroupRefused {
    const mark = this.undo.mark();
    const entries = plan.entries.length;
    const appended: Appended[] = [];
    for (const proposal of group.proposals) {
      try {
        appended.push(
          this.repeated(proposal, stored) ?? this.planEntry(proposal, group.recordedBy, recordedAt, plan),
        );
      } catch (error) {
        this.undo.revert(mark);
        plan.entries.length = entries;
        plan.rows.length = entries;
        return new GroupRefused(appended.length, error);
      }
    }
    return appended;
  }

  /** The first receipt, if this id stands in the ledger with the same content. */
  private repeated(proposal: Proposal<C>, stored: ReadonlyMap<string, StoredEntry>): Appended | undefined {
    const known = this.known.get(proposal.id) ?? knownFrom(stored.get(proposal.id));
    if (!known) return undefined;
    if (canonicalJson(known.content) !== canonicalJson(proposal.content)) {
      throw new ConflictingId(proposal.id, known.appended.position);
    }
    return { ...known.appended, duplicate: true };
  }

  private planEntry(
    proposal: Proposal<C>,
    recordedBy: string,
    recordedAt: number,
    plan: Plan<C, R>,
  ): Appended {
    const { timeline } = this.settings;
    const { id, stream, expectedVersion } = proposal;
    const head = this.head!;
    const current = this.versions.get(stream)!;
    if (expectedVersion !== undefined && expectedVersion !== current) {
      throw new VersionMismatch(stream, expectedVersion, current);
    }
    const place = { timeline, position: head.size, recordedAt, version: current + 1 };
    const { payload: content, rows } = this.derived.record(proposal, place, this.undo);
    const payload = { ...content, version: current + 1 };
    const sealed = seal(payload, randomBytes(32), { ...place, recordedBy });
    const { position, version } = place;
    const { leafHash } = sealed;
    const appended = { id, position, version, recordedAt, leafHash, payload, duplicate: false };

    this.undo.push(() => (this.head = head));
    this.head = { size: head.size + 1, tip: leafHash, recordedAt };
    this.versions.set(stream, version, this.undo);
    this.known.set(id, { content: proposal.content, appended }, this.undo);
    plan.entries.push({ ...place, ...sealed, id, stream });
    plan.rows.push(rows);
    return appended;
  }

  /** Makes the version of every stream known, and finds the ids that are taken. */
  private async lookUp(proposals: Proposal<C>[]): Promise<ReadonlyMap<string, StoredEntry>> {
    const { readers, timeline } = this.settings;
    const streams = new Set<string>();
    const ids = new Set<string>();
    for (const { id, freshId, stream } of proposals) {
      if (!this.versions.has(stream)) streams.add(stream);
      if (!freshId && !this.known.has(id)) ids.add(id);
    }
    const [versions, stored] = await Promise.all([
      streams.size === 0 ? undefined : streamVersions(readers, timeline, [...streams]),
      ids.size === 0 ? [] : readIds(readers, timeline, [...ids]),
    ]);
    for (const stream of streams) this.versions.set(stream, versions?.get(stream) ?? 0);
    return new Map(stored.map((entry) => [entry.id, entry]));
  }

  /** Reads what other processes have appended since this one last knew the head. */
  private async catchUp(client: PoolClient): Promise<void> {
    const { timeline } = this.settings;
    const behind = this.head;
    const head = await readHead(client, timeline);
    const missed = behind ? head.size - behind.size : Infinity;
    if (!behind || missed <= 0 || missed > catchUpLimit) {
      const unchanged = behind && missed === 0 && behind.tip.equals(head.tip);
      if (!unchanged) this.forget();
    } else {
      const entries = await readRange(client, timeline, behind.size, head.size);
      for (const { stream, version } of entries) {
        if (this.versions.has(stream)) this.versions.set(stream, version);
      }
      this.derived.absorb(entries);
    }
    this.head = head;
  }

  private forget(): void {
    this.undo.clear();
    this.head = undefined;
    this.versions.clear();
    this.known.clear();
    this.derived.forget();
  }

  /**
   * The connection is gone. Whether what was in flight is in the ledger, its ids will tell: everything is tried
   * once more on a new connection, with every id looked up.
   */
  private startOver(error: Error): void {
    const groups = [...this.inFlight.splice(0).flatMap(({ plan }) => plan.groups), ...this.queue.splice(0)];
    this.waiting = 0;
    this.forget();
    for (const group of groups) {
      if (group.retried || isAnswerOfDatabase(error)) {
        group.reject(error);
        continue;
      }
      group.retried = true;
      group.proposals = group.proposals.map((proposal) => ({ ...proposal, freshId: false }));
      this.queue.push(group);
      this.waiting += group.proposals.length;
    }
  }
}

/** True where the statement was refused, false where the connection failed and nobody knows what happened. */
function isAnswerOfDatabase(error: Error): boolean {
  return 'severity' in error
    ? error.severity === 'ERROR'
    : !('code' in error || /connection|timeout/i.test(error.message));
}

function knownFrom(entry: StoredEntry | undefined): Known | undefined {
  if (!entry) return undefined;
  const { id, position, version, recordedAt, leafHash } = entry;
  const payload =
    entry.payload === null ? {} : (JSON.parse(entry.payload.toString()) as Record<string, unknown>);
  // What the ledger and its companion add is not part of what was sent.
  const { version: _version, bounds: _bounds, ...content } = payload;
  return { content, appended: { id, position, version, recordedAt, leafHash, payload, duplicate: true } };
}
