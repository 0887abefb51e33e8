import type { PoolClient } from 'pg';
import { isKindStream, isRegistryStream, type Kind } from '#libs/chronology';
import { inTransaction } from '#libs/database';
import { readHead, readRange, readStreams, RecentMap, type StoredEntry } from '#libs/ledger';
import { developmentsInHeap } from '../account-memory.js';
import { type Held, openHeld, take, weighHeld } from '../held-account.js';
import { readRecorded } from '../payload.js';
import { kindsOf } from '../vocabulary.js';
import { writeFoldedAlone } from '../write-alone.js';
import type { FoldedRows } from '../write-rows.js';
import { advance, type Generation, lockGeneration } from './generation.js';
import type { RebuildSettings } from './settings.js';
import { entriesAStep, step } from './step.js';

/** The last stretch is taken in while the head is locked: no more of a step than this, at first. */
const lastStretch = 1 / 5;

/** Brings a generation up to its ledger, in the order of the ledger, while others append. */
export class Follower {
  private readonly accounts = new RecentMap<string, Held>(developmentsInHeap / 2, weighHeld);
  private readonly kinds: Map<string, Kind>;
  private kindsRead = false;
  private readonly page: number;
  private stretch: number;

  constructor(
    private readonly settings: RebuildSettings,
    private at: Generation,
  ) {
    this.kinds = new Map(settings.kinds);
    this.page = settings.entries ?? entriesAStep;
    this.stretch = Math.ceil(this.page * lastStretch);
  }

  get size(): number {
    return this.at.size!;
  }

  /** Up to where the ledger is, give or take what comes in meanwhile. */
  async catchUp(): Promise<void> {
    for (let waiting = Infinity; waiting > this.stretch;) {
      waiting = await step(this.settings, () =>
        inTransaction(this.settings.pool, async (client) => {
          const { size: head } = await readHead(client, this.at.timeline);
          await this.takeIn(client, Math.min(head, this.size + this.page));
          return head - this.size;
        }),
      );
      this.settings.onProgress?.({ stage: 'catching up', done: this.size, of: this.size + waiting });
    }
  }

  /**
   * Takes in the rest while the head is locked, and then does `close` in the same transaction: nobody can have
   * appended in between. Where appends are faster than this, twice as much is taken under the lock each time.
   * @returns how many entries were taken in under the lock
   */
  async closeUp(close: (client: PoolClient, at: Generation) => Promise<void>): Promise<number> {
    for (;;) {
      await this.catchUp();
      const taken = await inTransaction(this.settings.pool, async (client) => {
        const { size: head } = await readHead(client, this.at.timeline, true);
        const rest = head - this.size;
        if (rest > this.stretch) return null;
        while (this.size < head) await this.takeIn(client, Math.min(head, this.size + this.page));
        await close(client, await lockGeneration(client, this.at));
        return rest;
      });
      if (taken !== null) return taken;
      this.stretch *= 2;
    }
  }

  /** Takes in the entries up to `size`. The transaction holds the generation from here on. */
  private async takeIn(client: PoolClient, size: number): Promise<void> {
    const locked = await lockGeneration(client, this.at);
    // What a redaction has destroyed may be in an account that was read before.
    if (locked.redactions !== this.at.redactions) this.accounts.clear();
    this.accounts.nextRound();
    const { timeline } = this.at;
    const entries = await readRange(client, timeline, this.size, size);
    const matters = new Set(
      entries.map(({ stream }) => stream).filter((stream) => !isRegistryStream(stream)),
    );
    await this.learnKinds(client, entries, size);
    await this.load(client, [...matters]);
    const rows: FoldedRows[] = [];
    for (const entry of entries) {
      const recorded = matters.has(entry.stream) && readRecorded(entry);
      if (!recorded) continue;
      const taken = take(this.accounts.get(entry.stream)!, recorded);
      this.accounts.set(entry.stream, taken.held);
      rows.push(taken.rows);
    }
    await writeFoldedAlone(client, locked, rows);
    const to = { ...locked, size };
    await advance(client, to);
    this.at = to;
  }

  /** Kinds that the timeline has defined, also among these entries: accounts that are held see them too. */
  private async learnKinds(client: PoolClient, entries: StoredEntry[], size: number): Promise<void> {
    if (this.kindsRead && !entries.some(({ stream }) => isKindStream(stream))) return;
    const kinds = await kindsOf(client, this.at.timeline, size, this.settings.kinds);
    for (const kind of kinds.values()) this.kinds.set(kind.kind, kind);
    this.kindsRead = true;
  }

  private async load(client: PoolClient, matters: string[]): Promise<void> {
    const missing = matters.filter((matter) => !this.accounts.get(matter));
    for (const matter of missing) this.accounts.set(matter, openHeld(matter, this.kinds));
    const entries = await readStreams(client, this.at.timeline, missing, this.size);
    for (const entry of entries) {
      const recorded = readRecorded(entry);
      if (recorded) this.accounts.set(entry.stream, take(this.accounts.get(entry.stream)!, recorded).held);
    }
  }
}
