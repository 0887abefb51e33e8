import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { isDatabaseAway, type Log } from '#libs/database';
import { type CommitHints, readHead, UnknownTimeline } from '#libs/ledger';
import { NoteRefused } from '#libs/transparency';
import { LogInconsistent } from './errors.js';
import { LockHeld } from './file-lock.js';
import { goOnFrom, type Signed } from './go-on.js';
import type { Signing } from './open-signing.js';

export interface SignedCheckpoint extends Signed {
  /** The signed note. */
  note: string;
}

export interface NotarySettings extends Signing {
  db: Pool;
  hints: CommitHints;
  log: Log;
}

/** What this process knows of one log. */
interface Office {
  signed?: SignedCheckpoint;
  /** Leaf hash of the last entry that was looked at. */
  tip?: Buffer;
  trouble?: LogInconsistent;
  /** The signing that is under way, and the one that will follow it. */
  running?: Promise<void>;
  next?: Promise<void> | undefined;
  /** Before this (performance.now) none begins. */
  notBefore: number;
}

/** After a signing comes a pause of so many times its length: it takes a thirtieth of the time at most, whatever the load. */
const pauseFactor = 30;
/** And of so long at least and at most, in ms. */
const [shortestPause, longestPause] = [5, 500];
/** All ledgers are looked at so often, in ms: a hint of a commit may be lost. */
const roundEvery = 30_000;

/**
 * Signs a checkpoint of each ledger after its commits, from committed rows, if it goes on from the last one signed.
 * Where one does not, nothing is signed of it until it does again.
 */
export class Notary {
  private readonly offices = new Map<string, Office>();
  private readonly closing = new AbortController();
  private rounds: Promise<void> = Promise.resolve();
  private firstRound: Promise<void> = Promise.resolve();

  constructor(private readonly settings: NotarySettings) {}

  start(): void {
    this.settings.hints.on('commit', this.hear);
    this.firstRound = this.round();
    this.rounds = this.firstRound.then(() => this.goRound());
  }

  async close(): Promise<void> {
    this.settings.hints.off('commit', this.hear);
    this.closing.abort();
    await this.rounds;
    for (const { running, next } of this.offices.values()) await Promise.all([running, next]);
  }

  /**
   * The last checkpoint; signed anew first where the ledger has grown. Where it is in trouble: the last one that
   * was signed, for that stands.
   * @throws UnknownTimeline, LogInconsistent where none was ever signed, and what pg throws when the database is away
   */
  async checkpoint(timeline: string): Promise<SignedCheckpoint> {
    const head = await readHead(this.settings.db, timeline);
    if (this.officeOf(timeline).signed?.size !== head.size) await this.ask(timeline);
    const { signed, trouble } = this.officeOf(timeline);
    if (signed) return signed;
    throw trouble ?? new LogInconsistent(timeline, 'nothing could be signed yet; ask again.');
  }

  /** @throws LogInconsistent where nothing is signed of this ledger for its being inconsistent */
  assertConsistent(timeline: string): void {
    const trouble = this.offices.get(timeline)?.trouble;
    if (trouble) throw trouble;
  }

  /** Why nothing is signed, of each ledger that nothing is signed of; after all have been looked at once. */
  async troubles(): Promise<LogInconsistent[]> {
    await this.firstRound;
    return [...this.offices.values()].flatMap(({ trouble }) => trouble ?? []);
  }

  /** The verifier keys of a log: the current one first, then all that were used before. */
  verifierKeys(timeline: string): string[] {
    return this.settings.identity.verifierKeys(timeline);
  }

  private readonly hear = (timeline: string, size: number): void => {
    const { signed, trouble } = this.officeOf(timeline);
    // A hint may be late. That a ledger has shrunk is found by the rounds, and by whoever asks for its checkpoint.
    if (!trouble && signed && size <= signed.size) return;
    void this.ask(timeline);
  };

  /** Resolves when a signing that begins after this call is over, whatever came of it. */
  private ask(timeline: string): Promise<void> {
    const office = this.officeOf(timeline);
    office.next ??= (async () => {
      await office.running;
      const pause = office.notBefore - performance.now();
      if (pause > 0) await sleep(pause, undefined, { signal: this.closing.signal }).catch(() => undefined);
      office.next = undefined;
      if (this.closing.signal.aborted) return;
      office.running = this.attend(timeline, office);
      await office.running;
    })();
    return office.next;
  }

  /** Never rejects: what went wrong is kept, or will go wrong again. */
  private async attend(timeline: string, office: Office): Promise<void> {
    const began = performance.now();
    try {
      await this.sign(timeline, office);
      if (office.trouble)
        this.settings.log.info(`${timeline}: its ledger goes on from what was signed again.`);
      delete office.trouble;
    } catch (error) {
      if (this.closing.signal.aborted) return;
      if (error instanceof UnknownTimeline) this.offices.delete(timeline);
      else if (!isDatabaseAway(error)) this.refuse(timeline, office, error as Error);
    }
    const now = performance.now();
    const pause = Math.min(longestPause, Math.max(shortestPause, (now - began) * pauseFactor));
    office.notBefore = now + pause;
  }

  private refuse(timeline: string, office: Office, error: Error): void {
    const isOurs = error instanceof LogInconsistent;
    const trouble = isOurs ? error : new LogInconsistent(timeline, notKept(error));
    if (office.trouble?.message !== trouble.message) {
      const { folder } = this.settings.kept;
      this.settings.log.warn(isOurs ? error.message : `${trouble.message} (${folder}: ${error.message})`);
    }
    office.trouble = trouble;
  }

  private async sign(timeline: string, office: Office): Promise<void> {
    const { db, kept, identity } = this.settings;
    for (;;) {
      const note = await kept.read(timeline);
      const last = note === undefined ? undefined : this.opened(timeline, note, office);
      if (last) office.signed = last;
      const { size, root, tip } = await goOnFrom(db, timeline, last);
      office.tip = tip;
      if (last && last.size === size && identity.isCurrent(timeline, last.note)) return;
      const signed = identity.sign(timeline, size, root);
      if (await kept.replace(timeline, note, signed, this.closing.signal)) {
        office.signed = { note: signed, size, root };
        return;
      }
      // Another process that shares the folder has signed in between: what it signed is what must be gone on from.
    }
  }

  private opened(timeline: string, note: string, { signed }: Office): SignedCheckpoint {
    if (signed?.note === note) return signed;
    try {
      return { note, ...this.settings.identity.open(note) };
    } catch (error) {
      if (!(error instanceof NoteRefused)) throw error;
      const reason = `the checkpoint kept of it is not ours: ${error.message}. Put back the file that was there.`;
      throw new LogInconsistent(timeline, reason);
    }
  }

  private officeOf(timeline: string): Office {
    let office = this.offices.get(timeline);
    if (!office) this.offices.set(timeline, (office = { notBefore: 0 }));
    return office;
  }

  private async goRound(): Promise<void> {
    while (!this.closing.signal.aborted) {
      await sleep(roundEvery, undefined, { signal: this.closing.signal }).catch(() => undefined);
      if (!this.closing.signal.aborted) await this.round();
    }
  }

  /** Looks at every ledger there is, and at every one that a checkpoint is kept of. */
  private async round(): Promise<void> {
    try {
      const kept = await this.settings.kept.timelines();
      const { rows } = await this.settings.db.query<{ slug: string }>({
        name: 'timelines-to-sign',
        text: 'select slug from timeline order by slug',
      });
      const all = new Set([...kept, ...rows.map(({ slug }) => slug)]);
      for (const timeline of all) {
        if (this.closing.signal.aborted) return;
        await this.look(timeline);
      }
      this.tellOfFirst(rows.map(({ slug }) => slug).filter((slug) => !kept.includes(slug)));
    } catch (error) {
      if (!isDatabaseAway(error)) this.settings.log.warn(`checkpoints: ${(error as Error).message}`);
    }
  }

  private async look(timeline: string): Promise<void> {
    const { signed, tip, trouble } = this.officeOf(timeline);
    const head = await readHead(this.settings.db, timeline).catch(() => undefined);
    const unchanged = head && signed?.size === head.size && tip?.equals(head.tip);
    if (!unchanged || trouble) await this.ask(timeline);
  }

  private tellOfFirst(timelines: string[]): void {
    const old = timelines.filter((timeline) => (this.offices.get(timeline)?.signed?.size ?? 0) > 0);
    if (old.length === 0) return;
    const names = old.length > 5 ? `${old.slice(0, 5).join(', ')} …` : old.join(', ');
    this.settings.log.info(
      `No checkpoint was kept of ${old.length} ledgers (${names}): they are signed as they stand.`,
    );
  }
}

/** Without the system's own words, which name files, and timelines with them: those are for the log. */
function notKept(error: Error): string {
  const { code } = error as NodeJS.ErrnoException;
  const could = 'its checkpoint could not be signed and kept';
  if (error instanceof LockHeld) return `${could}: ${error.message}`;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return `${could}: the disk is full (${code}). Make room where checkpoints are kept, and it goes on by itself.`;
  }
  return `${could} (${code ?? error.name}): the service’s log says where, and why.`;
}
