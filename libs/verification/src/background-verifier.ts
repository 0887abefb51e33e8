import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { KindTable } from '#libs/chronology';
import { isDatabaseAway, type Log } from '#libs/database';
import type { CommitHints } from '#libs/ledger';
import { giveUpLease, takeLease } from './lease.js';
import { finishRound, nextRound, type Round, saveRound } from './rounds.js';
import { verifySlice } from './verify-slice.js';

export interface BackgroundSettings {
  /** Names this process; no other has the same name. */
  holder: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  clock: () => number;
  log: Log;
  /** Tells when somebody records, on this machine or another. */
  hints: CommitHints;
  /** Share of the time that may go into verifying: a slice that took 20 ms at 0.1 is followed by a pause of 180. */
  share: number;
  /** The share while somebody records. */
  busyShare: number;
  /** How long a timeline rests between rounds, and how often is looked where nothing is due: ms. */
  rest: number;
  idle: number;
}

/** By default a tenth of the time, a hundredth while somebody records, and each timeline at most every ten minutes. */
export const backgroundPace = { share: 0.1, busyShare: 0.01, rest: 10 * 60_000, idle: 5_000 };

/** How long a process that has died keeps others from verifying, in ms; a slice takes less. */
const leaseTime = 60_000;

/** Pauses between slices, in ms: none outlasts the lease, or two processes would take turns at twice the share. */
const shortest = 20;
const longest = leaseTime / 2;

/** So long after a commit somebody is still recording, in ms. */
const stillBusy = 1_000;

/**
 * Verifies all timelines over and over, a slice at a time, in whichever process holds the lease. What it finds is
 * told in the log, kept in the database, and turns the service's readiness red; it mends nothing.
 */
export class BackgroundVerifier {
  private readonly stopping = new AbortController();
  private working: Promise<void> = Promise.resolve();
  private committedAt = -Infinity;

  constructor(
    private readonly db: Pool,
    private readonly kinds: KindTable,
    private readonly settings: BackgroundSettings,
  ) {}

  start(): void {
    this.settings.hints.on('commit', this.noteCommit);
    this.working = this.run();
  }

  /** Resolves when the slice under way is done. */
  async close(): Promise<void> {
    this.stopping.abort();
    this.settings.hints.off('commit', this.noteCommit);
    await this.working;
    await giveUpLease(this.db, this.settings.holder).catch(() => undefined);
  }

  private readonly noteCommit = (): void => {
    this.committedAt = performance.now();
  };

  private get share(): number {
    const busy = performance.now() - this.committedAt < stillBusy;
    return busy ? this.settings.busyShare : this.settings.share;
  }

  private async run(): Promise<void> {
    const { idle } = this.settings;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const began = performance.now();
      let found = false;
      try {
        found = await this.work();
      } catch (error) {
        // The same slice is tried again; of a database that is away others speak.
        if (!isDatabaseAway(error)) this.settings.log.warn(`verification stopped: ${String(error)}`);
      }
      const took = performance.now() - began;
      await this.pause(found ? () => pauseAfter(took, this.share) : () => idle);
    }
  }

  /** Looks each `idle` whether it is over: when nobody records any more, it is so sooner. */
  private async pause(length: () => number): Promise<void> {
    const { signal } = this.stopping;
    const began = performance.now();
    for (let left = length(); left > 0 && !signal.aborted; left = length() - (performance.now() - began)) {
      const step = Math.min(left, this.settings.idle);
      await sleep(step, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  /** Does one slice. @returns whether there was one */
  private async work(): Promise<boolean> {
    const { holder, clock, rest } = this.settings;
    if (!(await takeLease(this.db, holder, leaseTime))) return false;
    const before = await nextRound(this.db, clock(), rest);
    if (before === null) return false;
    const { round, findings, done } = await verifySlice(this.db, this.kinds, before);
    for (const { position, matter, code } of findings.list) {
      const where = matter === undefined ? '' : `, matter ${matter}`;
      this.say(round, `position ${position}${where}: ${code}`);
    }
    if (findings.total > findings.list.length) this.say(round, `${findings.total} findings in one slice`);
    await (done ? finishRound(this.db, round, clock()) : saveRound(this.db, round));
    return true;
  }

  /** Without details, which may quote what is to be destroyed one day: no redaction reaches a service's log. */
  private say({ timeline }: Round, what: string): void {
    this.settings.log.warn(
      `verification of ${timeline}: ${what}; \`dateline verify ${timeline}\` tells more`,
    );
  }
}

/** How long is waited behind a slice that took so long, for slices to have this share of the time. */
export function pauseAfter(took: number, share: number): number {
  return Math.min(longest, Math.max(shortest, took / share - took));
}
