import type { PoolClient } from 'pg';
import type { EndToEnd } from './end-to-end.js';
import type { Undo } from './undo.js';

/** Content that someone asks to have appended to a stream. All of a group's proposals are appended, or none. */
export interface Proposal<C extends object = object> {
  /** Unique in the timeline. */
  id: string;
  /** True where the service made the id just now, so that nobody can have used it. */
  freshId: boolean;
  stream: string;
  content: C;
  /** One of many that come one behind the other: what else would follow when they are over is to keep up with them. */
  bulk?: true;
  /** Its content names an earlier entry, whose content goes in the very transaction that records this one. */
  destroys?: true;
  /** Refuse unless the stream is at this version; 0 = it must not exist. */
  expectedVersion?: number;
  /** Refuse where it would be recorded at this instant (ms) or later. */
  recordedBefore?: number;
}

/** The place that a proposal gets in its ledger. */
export interface Place {
  timeline: string;
  position: number;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  recordedAt: number;
  version: number;
}

/** What became of a proposal. */
export interface Appended {
  id: string;
  position: number;
  version: number;
  recordedAt: number;
  leafHash: Buffer;
  /** The payload as an object: the content, completed, with its version. */
  payload: object;
  /** True where the same id with the same content stood in the ledger already. */
  duplicate: boolean;
}

/** One entry as stored; `payload` and `salt` are null once its content is destroyed. */
export interface StoredEntry {
  position: number;
  recordedAt: number;
  id: string;
  stream: string;
  version: number;
  entry: Buffer;
  leafHash: Buffer;
  payload: Buffer | null;
  salt: Buffer | null;
}

/**
 * What is derived from entries and must be written with them: one more part of the append's statement.
 *
 * The appender plans a batch in memory before it is written, sometimes while an earlier one is still under
 * way, and takes it back when another process was faster; hence `Undo`.
 */
export interface Companion<C extends object, R> {
  open(timeline: string): TimelineCompanion<C, R>;
}

/** A part of an append statement. */
export interface BatchPart {
  /** Parts of one shape have the same text, and as many values: a name that the statement can be prepared under. */
  shape: string;
  values: unknown[];
  /**
   * Data-modifying common table expressions, comma-separated; they must write nothing unless
   * `exists (select from head)`. The new entries are not in the tables yet for them, but `batch` has their positions
   * and ids. Empty for none. Its parameters are `$first` and following, and the `bytes` that all parts share.
   */
  sql: (first: number, bytes: string) => string;
}

/** Nothing to write. */
export const noPart: BatchPart = { shape: '', values: [], sql: () => '' };

/** A companion of one timeline in this process: a state machine that stands where its ledger's head stands. */
export interface TimelineCompanion<C extends object, R> {
  /**
   * Brings what these proposals need into memory, as of the first `size` entries, the last of which may still be on their
   * way to the database. `version` tells the version of a proposal's stream then, 0 for a new one; they will be recorded
   * at `recordedAt`.
   */
  load(
    proposals: Proposal<C>[],
    size: number,
    version: (stream: string) => number,
    recordedAt: number,
  ): Promise<void>;
  /**
   * Takes a proposal in at its place. Returns the payload, with the place's version, and the rows to write; throws to
   * refuse it.
   */
  record(proposal: Proposal<C>, place: Place, undo: Undo): { payload: object; rows: R };
  /** What was proposed, of a payload that `record` made: without all that was added to it. */
  contentOf(payload: object): object;
  /** What writes the rows of one batch; their texts and bytes are laid in `end`. */
  write(rows: R[], end: EndToEnd): BatchPart[];
  /**
   * The rows of one batch, of at least one entry, are in the database. In order and once; not told of a batch whose
   * connection was lost before it was known. Must not throw.
   */
  written(rows: R[]): void;
  /**
   * Entries that another process recorded, in order. False where one of them destroyed another's content: then
   * everything that is held in memory is to be forgotten, by the ledger too.
   */
  absorb(entries: StoredEntry[]): boolean;
  /**
   * Puts right what was derived of the entry (at a position) whose content the client's transaction has destroyed; it
   * holds the head. `size` is the ledger's after it. Gives why it is refused, if it is.
   */
  purge(client: PoolClient, destroyed: number, size: number): Promise<Error | null>;
  /** Nothing is in flight: what it holds in memory may be dropped when others need room. */
  rest(): void;
  /** Drops what it holds of a stream that was taken for new, and may not be. */
  release(stream: string): void;
  /** Drops all it holds: what was planned may or may not have been written. */
  forget(): void;
}
