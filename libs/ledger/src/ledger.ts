import type { ClientBase, ClientConfig, Pool } from 'pg';
import { connectionSettings } from '#libs/database';
import { Appender } from './appender.js';
import type { CommitHints } from './commit-hints.js';
import type { Appended, Companion, Proposal } from './proposal.js';
import type { Run } from './run.js';

export interface LedgerSettings<C extends object, R> {
  /** Connections for appends: prepared by `tuneForAppends`. */
  writers: Pool;
  readers: Pool;
  companion: Companion<C, R>;
  /** Told of each commit of this process at once. */
  hints: CommitHints;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  clock: () => number;
  /** Batches whose ids and streams are looked up before any are presumed to be new (see Presumption); 16 by default. */
  lookUps?: number;
}

/**
 * The append statement joins a handful of rows with tables of millions, always by key: a plan cached while a table
 * was small must not become a scan of a large one. Planned for its parameters, it would be planned anew each time, with a
 * copy of all bytes wherever they are named.
 */
const planning = `
  set enable_seqscan = off;
  set enable_hashjoin = off;
  set enable_mergejoin = off;
  set plan_cache_mode = force_generic_plan`;

/**
 * Prepares the connections of a pool for appends: those that it will open. They send a statement without waiting for
 * the one before (`pipeline`), or the server would wait for this process whenever it is busy planning. How it plans
 * is set by a statement, behind what every connection begins with: the startup option `options` may stand in the
 * database's address already, which wins.
 */
export function tuneForAppends(writers: Pool): Pool {
  const onConnect = (client: ClientBase) => client.query(connectionSettings + planning);
  Object.assign(writers.options, { pipeline: true, onConnect });
  return writers;
}

/** Timelines whose appenders (with their caches) this process keeps. */
const appendersKept = 200;

/** The append-only logs, one a timeline. */
export class Ledger<C extends object = object, R = unknown> {
  private readonly appenders = new Map<string, Appender<C, R>>();
  private readonly recorded = { entries: 0, batches: 0 };

  constructor(private readonly settings: LedgerSettings<C, R>) {
    // What a statement is sent with lies where the next one's will: a client that sent it later would send that.
    if (!(settings.writers.options as ClientConfig).pipeline)
      throw new TypeError('the writers of a ledger must be prepared by tuneForAppends');
  }

  /**
   * Appends the proposals in order, all of them or none (in a `run` those up to the first that is refused), and
   * answers once they are on disk. The groups of a run must be handed over in its order.
   * @throws GroupRefused when one is refused (ConflictingId, IdTwice, VersionMismatch, RecordedTooLate, or the
   * companion's reason)
   * @throws LedgerBusy when too much is waiting, UnknownTimeline, or what pg throws when the database is away
   */
  append(timeline: string, proposals: Proposal<C>[], recordedBy: string, run?: Run): Promise<Appended[]> {
    return this.appender(timeline).append(proposals, recordedBy, run);
  }

  /** What this process has recorded since it started, and what waits to be. */
  get counts(): { entries: number; batches: number; queued: number } {
    let queued = 0;
    for (const appender of this.appenders.values()) queued += appender.queued;
    return { ...this.recorded, queued };
  }

  private appender(timeline: string): Appender<C, R> {
    let appender = this.appenders.get(timeline);
    if (appender) {
      // Re-inserted, so that the one used longest ago stands first.
      this.appenders.delete(timeline);
    } else {
      this.dropIdle();
      const onCommit = (size: number, entries: number) => {
        this.recorded.batches++;
        this.recorded.entries += entries;
        this.settings.hints.emit('commit', timeline, size);
      };
      appender = new Appender({ ...this.settings, timeline, onCommit });
    }
    this.appenders.set(timeline, appender);
    return appender;
  }

  private dropIdle(): void {
    if (this.appenders.size < appendersKept) return;
    for (const [timeline, appender] of this.appenders) {
      if (!appender.idle) continue;
      appender.forget();
      this.appenders.delete(timeline);
      return;
    }
  }
}
