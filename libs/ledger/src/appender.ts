import type { Pool, PoolClient } from 'pg';
import { isDatabaseAway } from '#libs/database';
import { GroupRefused, LedgerBusy } from './errors.js';
import type { EndToEnd } from './end-to-end.js';
import { GroupQueue, mustBeAlone, type Waiting } from './group-queue.js';
import { readHead } from './head.js';
import { type Plan, Planner, type PlannerSettings } from './planner.js';
import type { Appended, Proposal } from './proposal.js';
import type { Run } from './run.js';
import { untilSent } from './until-sent.js';
import { BatchWriter, isTaken } from './write-batch.js';

/** Entries that may wait in memory for one timeline; beyond, LedgerBusy. */
export const queueLimit = 20_000;
/**
 * Entries of a batch; a group that has more goes whole, alone. The statement of so many has some 180 kB, which a socket
 * takes at once, so that the server has all of it before it is done with the one before.
 */
const batchLimit = 64;
/** Fewer entries than this are not parted over two batches. */
const worthParting = 16;
/** One batch is written while the next is planned and sent behind it on the same connection. */
const batchesInFlight = 2;
/** As many where whole batches wait, so that neither side stands still when the other takes long over one. */
const wholeBatchesInFlight = 3;
/** Batches that a ledger sends before it lets go of its connection, where another waits for one: some tens of milliseconds. */
const batchesOfTurn = 8;
/** After so many misses in a row the head is locked before planning: others append here too. */
const missesBeforeLock = 2;

export interface AppenderSettings<C extends object, R> extends PlannerSettings<C, R> {
  /** For the append statements: one connection is held while anything waits here, and nobody for a connection. */
  writers: Pool;
  /** Called after each commit with the ledger's new size, and how many entries it brought. */
  onCommit: (size: number, entries: number) => void;
}

interface Batch<C extends object, R> {
  groups: Waiting<C>[];
  plan: Plan<R>;
  /** True when written, false when the head had moved. */
  outcome: Promise<boolean | Error>;
}

/**
 * Group commit for one ledger. Requests that arrive while a batch is under way wait in memory and go together
 * in the next one. Each batch is fenced by the head: if another process was faster, the plan is taken back, what
 * the other recorded is read, and the batch is planned anew. Nothing is answered before its commit.
 */
export class Appender<C extends object, R> {
  private readonly queue = new GroupQueue<C>();
  private running = false;
  /** Set while the run waits for either enough entries or the batch in flight. */
  private onEnough: (() => void) | undefined;
  private readonly planner: Planner<C, R>;
  private readonly writer = new BatchWriter();
  private readonly inFlight: Batch<C, R>[] = [];
  private misses = 0;

  constructor(private readonly settings: AppenderSettings<C, R>) {
    this.planner = new Planner(settings);
  }

  /** Entries that wait for a batch. */
  get queued(): number {
    return this.queue.entries;
  }

  get idle(): boolean {
    return !this.running;
  }

  /** Drops all that it holds in memory. It must be idle. */
  forget(): void {
    this.planner.forget();
  }

  append(proposals: Proposal<C>[], recordedBy: string, run?: Run): Promise<Appended[]> {
    if (this.queue.entries + proposals.length > queueLimit) {
      if (run) run.ended = true;
      return Promise.reject(new LedgerBusy(queueLimit));
    }
    return new Promise((resolve, reject) => {
      this.queue.push({ proposals, recordedBy, run, resolve, reject });
      if (!this.running) void this.run();
      else if (this.onEnough && this.queue.entries >= this.enough) this.onEnough();
    });
  }

  /** Never rejects: every failure reaches those who wait. */
  private async run(): Promise<void> {
    this.running = true;
    let client: PoolClient | undefined;
    let broken: Error | undefined;
    try {
      const { writers } = this.settings;
      client = await writers.connect();
      let sent = 0;
      while (this.queue.first || this.inFlight.length > 0) {
        const isOver = sent >= batchesOfTurn && writers.waitingCount > 0;
        if (isOver && this.inFlight.length === 0) break;
        if (isOver || this.inFlight.length >= this.mostInFlight || !(await this.isNextDue())) {
          await this.settle(client);
          continue;
        }
        sent++;
        if (this.misses >= missesBeforeLock || mustBeAlone(this.queue.first!))
          await this.appendLocked(client);
        else await this.send(client);
      }
    } catch (error) {
      broken = error as Error;
      this.startOver(broken);
    } finally {
      client?.release(broken);
      this.running = false;
      // Its turn was over, or a request came in between the last look at the queue and here.
      if (this.queue.first) void this.run();
    }
  }

  private get mostInFlight(): number {
    return this.queue.entries < batchLimit ? batchesInFlight : wholeBatchesInFlight;
  }

  /**
   * The next batch is due when nothing is in flight, or when half as much waits as is being written: sooner, it would be
   * small and cost as much. False when what is in flight was done before.
   */
  private async isNextDue(): Promise<boolean> {
    const before = this.inFlight[0];
    if (!before || this.queue.entries >= this.enough) return true;
    const due = new Promise<true>((resolve) => (this.onEnough = () => resolve(true)));
    const isDue = await Promise.race([due, before.outcome.then(() => false)]);
    this.onEnough = undefined;
    return isDue;
  }

  /** Entries that must wait for the next batch to be due. */
  private get enough(): number {
    return Math.max(1, this.entriesInFlight / 2);
  }

  private get entriesInFlight(): number {
    return this.inFlight.reduce((sum, { plan }) => sum + plan.entries.length, 0);
  }

  /**
   * Plans the next batch and sends it, without waiting for the one before. All of that is with the server by then, which
   * works on it while this process plans.
   */
  private async send(client: PoolClient): Promise<void> {
    await untilSent(client);
    const planned = await this.planNext(client);
    if (!planned) return;
    const { groups, plan } = planned;
    const outcome = plan.entries.length > 0 ? this.write(client, plan) : this.confirm(client, plan);
    this.inFlight.push({ groups, plan, outcome });
  }

  /** Sent behind whatever is under way on the connection: the server begins with it when that is done. */
  private write(client: PoolClient, plan: Plan<R>): Promise<boolean | Error> {
    const derive = (end: EndToEnd) => this.planner.derivedParts(plan, end);
    return this.writer.write(client, plan, derive).catch((error: Error) => error);
  }

  /**
   * Nothing to write: repeats and refusals alone. The receipts may be those of a batch still in flight, and what
   * was refused may be right by what another process has recorded; both are settled by the head.
   */
  private async confirm(client: PoolClient, { from }: Plan<R>): Promise<boolean | Error> {
    try {
      const head = await readHead(client, this.settings.timeline);
      return head.size === from.size && head.tip.equals(from.tip);
    } catch (error) {
      return error as Error;
    }
  }

  /** Waits for the oldest batch in flight and answers it, or takes everything in flight back. */
  private async settle(client: PoolClient): Promise<void> {
    const { groups, plan, outcome } = this.inFlight[0]!;
    const written = await outcome;
    if (written === true) {
      this.inFlight.shift();
      this.misses = 0;
      this.planner.written(plan);
      this.planner.settled(this.inFlight[0]?.plan);
      return this.answer(groups, plan);
    }
    // The batches behind are fenced by this one's tip, so none of them was written either.
    const failed = this.inFlight.splice(0);
    await Promise.all(failed.map((batch) => batch.outcome));
    this.planner.takeBack(plan);
    this.queue.putBack(failed.flatMap((batch) => batch.groups));
    if (written !== false) return this.failed(written, plan, groups);
    this.misses++;
    await this.planner.catchUp(client);
  }

  /** Plans and writes one batch while holding the head, so that it cannot miss. */
  private async appendLocked(client: PoolClient): Promise<void> {
    while (this.inFlight.length > 0) await this.settle(client);
    await client.query('begin');
    await readHead(client, this.settings.timeline, true);
    await this.planner.catchUp(client);
    const planned = await this.planNext(client);
    if (!planned) return void (await client.query('rollback'));
    const { groups, plan } = planned;
    const destroys = plan.entries.some((entry) => entry.destroys);
    let written = plan.entries.length === 0 || (await this.write(client, plan));
    if (written === true && destroys) written = await this.destroy(client, plan);
    if (written !== true) {
      this.planner.takeBack(plan);
      this.queue.putBack(groups);
      await client.query('rollback');
      return this.failed(written || new Error('the head moved although it was locked'), plan, groups);
    }
    try {
      await client.query('commit');
    } catch (error) {
      this.queue.putBack(groups);
      throw error;
    }
    this.planner.written(plan);
    this.planner.settled();
    // What is destroyed may be in any of what is held in memory.
    if (destroys) this.planner.forget();
    this.misses = 0;
    this.answer(groups, plan);
  }

  private async destroy(client: PoolClient, plan: Plan<R>): Promise<true | Error> {
    try {
      await this.planner.destroy(client, plan);
      return true;
    } catch (error) {
      return error as Error;
    }
  }

  /** What a plan presumed is looked up the next time; of one that presumed nothing, a group may be at fault. */
  private failed(error: Error, plan: Plan<R>, groups: Waiting<C>[]): void {
    if (plan.presumed && isTaken(error)) this.planner.mistrust();
    else this.blame(error, groups);
  }

  /** The groups of a failed plan or statement stand in the queue again. One group's data may be the cause. */
  private blame(error: Error, groups: Waiting<C>[]): void {
    this.planner.forget();
    if (isDatabaseAway(error)) throw error;
    if (groups.length > 1) for (const group of groups) group.alone = true;
    else {
      this.queue.remove(groups[0]!);
      this.fail(groups[0]!, error);
    }
  }

  private fail(group: Waiting<C>, error: Error): void {
    if (group.run) group.run.ended = true;
    group.reject(error);
  }

  private answer(groups: Waiting<C>[], plan: Plan<R>): void {
    groups.forEach((group, index) => {
      const verdict = plan.verdicts[index]!;
      if (verdict instanceof GroupRefused) group.reject(verdict);
      else group.resolve(verdict);
    });
    // Last, since whoever is told may throw. Those who waited go on only after this turn.
    if (plan.entries.length > 0)
      this.settings.onCommit(plan.from.size + plan.entries.length, plan.entries.length);
  }

  /** Null where there is no plan for the next groups, and they are told why or stand in the queue again. */
  private async planNext(client: PoolClient): Promise<{ groups: Waiting<C>[]; plan: Plan<R> } | null> {
    const groups = this.queue.take(this.sizeOfNext);
    try {
      return { groups, plan: await this.planner.plan(groups) };
    } catch (error) {
      this.queue.putBack(groups);
      // What is in flight may be written, whatever is wrong with these.
      while (this.inFlight.length > 0) await this.settle(client);
      this.blame(error as Error, groups);
      return null;
    }
  }

  /**
   * Half of all that is not on disk: this process plans and answers one half while the database writes the other. All in
   * one batch, or in a large one and a small one, each would stand idle while the other works.
   */
  private get sizeOfNext(): number {
    const half = Math.ceil((this.queue.entries + this.entriesInFlight) / 2);
    return Math.min(batchLimit, Math.max(worthParting, half));
  }

  /**
   * The connection is gone. Whether what was in flight is in the ledger, its ids will tell: everything is tried
   * once more on a new connection, with every id looked up. What failed otherwise is told to all who wait.
   */
  private startOver(error: Error): void {
    const groups = this.inFlight.splice(0).flatMap((batch) => batch.groups);
    groups.push(...this.queue.takeAll());
    this.planner.forget();
    for (const group of groups) {
      if (group.retried || !isDatabaseAway(error)) {
        this.fail(group, error);
        continue;
      }
      group.retried = true;
      group.proposals = group.proposals.map((proposal) => ({ ...proposal, freshId: false }));
      this.queue.push(group);
    }
  }
}
