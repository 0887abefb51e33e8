import type { Pool, PoolClient } from 'pg';
import {
  type Content,
  type DeskContent,
  type Instant,
  foldVersion as thisFold,
  isDesk,
  isKindDefinition,
  isKindStream,
  isRegistry,
  type KindTable,
  type Recorded,
} from '#libs/chronology';
import {
  Allowance,
  type BatchPart,
  type Companion,
  type EndToEnd,
  inTurns,
  NothingToDestroy,
  type Place,
  type Proposal,
  readIds,
  readStreams,
  type StoredEntry,
  type TimelineCompanion,
  type Undo,
} from '#libs/ledger';
import { developmentsInHeap } from './account-memory.js';
import { Accounts } from './accounts.js';
import { developmentRow } from './development-row.js';
import { canTake, followUp, type Held, isInRegistry, openHeld, take } from './held-account.js';
import { IdleAccounts } from './idle-accounts.js';
import { judge } from './judge.js';
import type { LogIndexer } from './log-indexer.js';
import { modelsToWrite } from './models-to-write.js';
import { contentOf, isRedaction, type Payload, readRecorded, writeBounds } from './payload.js';
import { purgeDerived } from './purge-derived.js';
import type { ReadModels } from './read-models.js';
import { TimelineKinds } from './timeline-kinds.js';
import { withholdingOf } from './withholding.js';
import { nothingFolded, type RecordedRows, writeRows } from './write-rows.js';

/**
 * Matters whose entries are read in one question when they are recorded to after a start. A thousand developments may
 * be about a thousand matters: read at once, those of a ledger of 646,000 filled the heap, and nothing else had a turn.
 */
const mattersReadAtOnce = 20;
/** Their entries taken in without a pause for others: some ten milliseconds. */
const takenInAtOnce = 200;

/** What is written beside one entry. */
interface CompanionRows extends RecordedRows {
  recorded: Recorded;
  bulk: boolean;
}

export interface CompanionOptions {
  /** That of the fold in `#libs/chronology`; another one to see what a service of another does. */
  foldVersion?: number;
  /** Developments that the accounts of all timelines may hold. */
  mostHeld?: number;
  /** Is told of each batch that is written; without one, or of another's, it reads back what it indexes. */
  indexer?: LogIndexer;
}

/** Writes the read models in the append's own statement, from accounts held in memory. */
export function situationsCompanion(
  readers: Pool,
  kinds: KindTable,
  { foldVersion = thisFold, mostHeld = developmentsInHeap, indexer }: CompanionOptions = {},
): Companion<Content, CompanionRows> {
  const allowance = new Allowance(mostHeld);
  const idle = new IdleAccounts(allowance);
  return {
    open: (timeline) =>
      new TimelineAccounts(readers, kinds, timeline, foldVersion, new Accounts(allowance), idle, indexer),
  };
}

class TimelineAccounts implements TimelineCompanion<Content, CompanionRows> {
  /** Targets of the redactions that are planned, and whether they have content to redact. */
  private readonly redactable = new Map<string, boolean>();
  /** What appends write into (null: nothing); undefined until it was looked up. */
  private models: ReadModels | null | undefined;
  private readonly kinds: TimelineKinds;

  constructor(
    private readonly readers: Pool,
    private readonly builtIn: KindTable,
    private readonly timeline: string,
    private readonly foldVersion: number,
    private readonly accounts: Accounts,
    private readonly idle: IdleAccounts,
    private readonly indexer: LogIndexer | undefined,
  ) {
    this.kinds = new TimelineKinds(readers, timeline, builtIn);
  }

  async load(
    proposals: Proposal<Content>[],
    size: number,
    version: (stream: string) => number,
    recordedAt: Instant,
  ): Promise<void> {
    this.accounts.nextRound();
    this.idle.watch();
    await this.loadTargets(proposals);
    // Looked up after the head was read, so if this is newer than what the head knew, the append misses by its epoch.
    if (this.models === undefined)
      this.models = await modelsToWrite(this.readers, this.timeline, this.foldVersion);
    await this.kinds.read(size);
    this.shorten(proposals, recordedAt);
    /** Matters to be read, each with the end of it that is held. */
    const missing = new Map<string, Held | undefined>();
    for (const { stream, content } of proposals) {
      if (isRegistry(content)) continue;
      const held = this.accounts.get(stream);
      if (held && canTake(held, content, recordedAt)) continue;
      if (version(stream) === 0) {
        this.accounts.set(stream, openHeld(stream, this.kinds.table));
        continue;
      }
      this.accounts.reachDeeper(stream);
      missing.set(stream, held);
    }
    for (const part of inParts([...missing], mattersReadAtOnce)) {
      const matters = part.map(([matter]) => matter);
      const entries = await readStreams(this.readers, this.timeline, matters, size);
      for (const matter of matters) this.accounts.set(matter, openHeld(matter, this.kinds.table));
      for await (const entry of inTurns(entries, takenInAtOnce)) this.takeIn(entry);
      for (const [matter, end] of part) {
        if (end) this.accounts.set(matter, followUp(this.accounts.get(matter)!, end));
      }
    }
  }

  record(proposal: Proposal<Content>, place: Place, undo: Undo): { payload: object; rows: CompanionRows } {
    const { content } = proposal;
    const { position, recordedAt, version } = place;
    const held = isInRegistry(content) ? undefined : this.accounts.get(content.matter);
    if (isDesk(content) && content.type === 'record.redacted') this.judgeRedaction(content, undo);
    const bounds = judge(content, held, this.kinds, recordedAt);
    if (isKindDefinition(content)) this.kinds.define(content, undo);
    const recorded: Recorded = { position, recordedAt, version, content, bounds };
    if (held) this.accounts.learn(content.matter, content, bounds);
    const taken = held && take(held, recorded);
    if (taken && taken.held !== held) this.accounts.set(content.matter, taken.held, undo);
    // Held back, the read models take in nothing; whoever rebuilds them folds it again.
    const folded = taken && this.models ? taken.rows : nothingFolded;
    const rows: CompanionRows = {
      newMatter: folded.newMatter,
      change: folded.change,
      parked: folded.parked,
      decision: isDesk(content) ? { position, target: content.target } : null,
      withholding: withholdingOf(content, recordedAt),
      recorded,
      bulk: proposal.bulk === true,
    };
    // What was sent, completed. The copy goes last: what is set on one gives each object a hidden class of its own.
    const payload: Payload = bounds
      ? { version, bounds: writeBounds(bounds), ...content }
      : { version, ...content };
    return { payload, rows };
  }

  contentOf(payload: object): object {
    return contentOf(payload);
  }

  write(rows: CompanionRows[], end: EndToEnd): BatchPart[] {
    return [writeRows(this.models ?? null, rows, end)];
  }

  written(rows: CompanionRows[]): void {
    this.indexer?.take(this.timeline, {
      from: rows[0]!.recorded.position,
      bulk: rows.some(({ bulk }) => bulk),
      entries: rows.length,
      rows: () => rows.map(({ recorded }) => developmentRow(recorded)),
    });
  }

  absorb(entries: StoredEntry[]): boolean {
    if (entries.some(isRedaction)) return false;
    for (const entry of entries) this.takeIn(entry);
    return true;
  }

  purge(client: PoolClient, destroyed: number, size: number): Promise<Error | null> {
    const { timeline, builtIn, foldVersion } = this;
    return purgeDerived(client, { timeline, position: destroyed, size, builtIn, foldVersion });
  }

  /** Cuts accounts that hold far more than was needed of late to their ends, where those suffice for what comes. */
  private shorten(proposals: Proposal<Content>[], recordedAt: Instant): void {
    const ends = new Map<string, Held>();
    for (const { stream } of proposals) {
      const end = ends.has(stream) ? undefined : this.accounts.endOf(stream);
      if (end) ends.set(stream, end);
    }
    if (ends.size === 0) return;
    for (const { stream, content } of proposals) {
      const end = ends.get(stream);
      if (!end || canTake(end, content, recordedAt)) continue;
      this.accounts.reachDeeper(stream);
      ends.delete(stream);
    }
    for (const [matter, end] of ends) this.accounts.set(matter, end);
  }

  private takeIn(entry: StoredEntry): void {
    if (isKindStream(entry.stream)) this.kinds.learn(readRecorded(entry));
    const held = this.accounts.get(entry.stream);
    const recorded = held && readRecorded(entry);
    if (!recorded) return;
    if (canTake(held, recorded.content, recorded.recordedAt))
      this.accounts.set(entry.stream, take(held, recorded).held);
    else this.accounts.delete(entry.stream);
  }

  release(matter: string): void {
    this.accounts.delete(matter);
  }

  rest(): void {
    this.accounts.rest();
    this.indexer?.rest(this.timeline);
  }

  forget(): void {
    this.accounts.clear();
    this.models = undefined;
    this.kinds.forget();
  }

  private async loadTargets(proposals: Proposal<Content>[]): Promise<void> {
    const targets = proposals.flatMap(({ destroys, content }) =>
      destroys && isDesk(content) ? [content.target] : [],
    );
    this.redactable.clear();
    if (targets.length === 0) return;
    for (const entry of await readIds(this.readers, this.timeline, targets))
      this.redactable.set(entry.id, entry.payload !== null && !isRedaction(entry));
  }

  /** Of a target in the same request nothing is known here: the database looks again when it destroys. */
  private judgeRedaction({ target }: DeskContent, undo: Undo): void {
    const before = this.redactable.get(target) ?? true;
    if (!before) throw new NothingToDestroy();
    this.redactable.set(target, false);
    undo.push(() => this.redactable.set(target, before));
  }
}

function inParts<T>(list: T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / length) }, (_, part) =>
    list.slice(part * length, (part + 1) * length),
  );
}
