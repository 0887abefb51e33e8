import type { Appended } from './proposal.js';

/** What the ledger refuses, as facts; nobody here knows HTTP. */

export class UnknownTimeline extends Error {
  readonly code = 'unknown-timeline';
  constructor(readonly timeline: string) {
    // What is longer than any slug is told back in part.
    super(`there is no timeline ${timeline.length > 128 ? `${timeline.slice(0, 128)}…` : timeline}`);
  }
}

/** The id is taken by an entry with other content, or with content that is destroyed: who knows what it was. */
export class ConflictingId extends Error {
  readonly code = 'conflicting-id';
  constructor(
    readonly id: string,
    readonly position: number,
    destroyed = false,
  ) {
    super(
      `the id ${id} is taken by ${destroyed ? 'content that is redacted' : 'other content'}, at position ${position}`,
    );
  }
}

/** The id stands before in the same group, with other content. They are recorded together, so it is taken by none yet. */
export class IdTwice extends Error {
  readonly code = 'conflicting-id';
  constructor(
    readonly id: string,
    /** Of the one before, in the group. */
    readonly index: number,
  ) {
    super(`the id ${id} stands twice among what is to be recorded together, with other content`);
  }
}

/** The entry's target was redacted already, or cannot be: it is itself what redacted another. */
export class NothingToDestroy extends Error {
  readonly code = 'nothing-to-destroy';
  constructor() {
    super('its target was redacted already, or is an entry that cannot be redacted');
  }
}

/** The stream is not at the version that the writer expected. */
export class VersionMismatch extends Error {
  readonly code = 'version-mismatch';
  constructor(
    readonly stream: string,
    readonly expectedVersion: number,
    readonly currentVersion: number,
  ) {
    super(`${stream} is at version ${currentVersion}, not ${expectedVersion}`);
  }
}

/** The ledger's time is past the instant before which the entry was to be recorded. */
export class RecordedTooLate extends Error {
  readonly code = 'recorded-too-late';
  constructor(
    /** When it would be recorded, ms. */
    readonly recordedAt: number,
    readonly before: number,
  ) {
    super(
      `it would be recorded at ${new Date(recordedAt).toISOString()}, not before ${new Date(before).toISOString()}`,
    );
  }
}

/** More is waiting than the queue holds; nothing of this request was recorded. */
export class LedgerBusy extends Error {
  readonly code = 'ledger-busy';
  constructor(readonly limit: number) {
    super(`${limit} entries are waiting to be recorded already`);
  }
}

/** The proposal at `index` of a group was refused because of `cause`, and with it the group, or what is left of it. */
export class GroupRefused extends Error {
  readonly code = 'group-refused';
  constructor(
    readonly index: number,
    override readonly cause: unknown,
    /** Those before it where they stay, in a run; else none. */
    readonly appended: Appended[] = [],
  ) {
    super(`proposal ${index} was refused`, { cause });
  }
}

/** Nothing of this group was looked at: its run had ended before it. */
export class RunEnded extends Error {
  constructor() {
    super('the run had ended before this group');
  }
}
