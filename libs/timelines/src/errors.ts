import type { BoundsError } from '#libs/chronology';
import type {
  ConflictingId,
  IdTwice,
  NothingToDestroy,
  RecordedTooLate,
  VersionMismatch,
} from '#libs/ledger';
import type {
  DeskRefused,
  KindDefined,
  MatterHasKind,
  RedactionWouldRelease,
  UnknownKind,
  UnknownTarget,
} from '#libs/situations';

/** What the use cases refuse, as facts; nobody here knows HTTP. */

/** One fault: where in what was sent (RFC 6901 JSON pointer), and what to do about it. */
export interface Problem {
  pointer: string;
  detail: string;
}

/** Input that is not of the form it must have (`malformed`), or is, and still cannot be accepted (`refused`). */
export class InvalidInput extends Error {
  constructor(
    readonly code: 'malformed' | 'refused',
    readonly problems: Problem[],
  ) {
    super(problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '));
  }
}

/** Developments of types that whoever sent them may not record. */
export class NotYoursToRecord extends Error {
  readonly code = 'forbidden';
  constructor(readonly problems: Problem[]) {
    super(problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '));
  }
}

/** Why a ledger refuses a development. */
export type RefusalCode = (
  | BoundsError
  | ConflictingId
  | DeskRefused
  | IdTwice
  | KindDefined
  | MatterHasKind
  | NothingToDestroy
  | RecordedTooLate
  | RedactionWouldRelease
  | UnknownKind
  | UnknownTarget
  | VersionMismatch
)['code'];

/** A development that its ledger refused, and why. */
export class DevelopmentRefused extends Error {
  constructor(
    readonly code: RefusalCode,
    readonly problems: Problem[],
    /** Of a version mismatch: the version that the matter is at. */
    readonly currentVersion?: number,
  ) {
    super(problems.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; '));
  }
}

/** What is wrong with one parameter of a question, and what to do about it. */
export interface ParameterFault {
  parameter: string;
  detail: string;
}

/** A parameter of a question that means nothing here. */
export class InvalidParameter extends Error {
  readonly code = 'invalid-parameter';
  /** All that is known to be wrong; this one first. */
  readonly faults: ParameterFault[];
  constructor(
    readonly parameter: string,
    readonly detail: string,
    others: ParameterFault[] = [],
  ) {
    super(`${parameter}: ${detail}`);
    this.faults = [{ parameter, detail }, ...others];
  }
}

export class InvalidCursor extends Error {
  readonly code = 'invalid-cursor';
  constructor(readonly cursor: string) {
    super(`${cursor} is not a cursor that this list gave out`);
  }

  get faults(): ParameterFault[] {
    return [{ parameter: 'after', detail: this.message }];
  }
}

export class TimelineExists extends Error {
  readonly code = 'timeline-exists';
  constructor(readonly timeline: string) {
    super(`there is a timeline ${timeline} already`);
  }
}

/** The matter is not in the situation at the point asked for. */
export class UnknownMatter extends Error {
  readonly code = 'unknown-matter';
  constructor(
    readonly timeline: string,
    readonly matter: string,
  ) {
    super(`${timeline} has no matter ${matter} at this asOf and knownAt`);
  }
}

/** Nobody is registered under the slug, and nothing names it, at the point asked for. */
export class UnknownActor extends Error {
  readonly code = 'unknown-actor';
  constructor(
    readonly timeline: string,
    readonly actor: string,
  ) {
    super(`${timeline} has no actor ${actor} at this asOf and knownAt`);
  }
}

/** No place is registered under the slug, and nothing names it, at the point asked for. */
export class UnknownPlace extends Error {
  readonly code = 'unknown-place';
  constructor(
    readonly timeline: string,
    readonly place: string,
  ) {
    super(`${timeline} has no place ${place} at this asOf and knownAt`);
  }
}

export class UnknownDevelopment extends Error {
  readonly code = 'unknown-development';
  constructor(
    readonly timeline: string,
    readonly id: string,
  ) {
    super(`${timeline} has no development ${id}`);
  }
}

/** The last checkpoint does not cover so much of that tile. */
export class UnknownTile extends Error {
  readonly code = 'unknown-tile';
  constructor(
    readonly timeline: string,
    readonly tile: string,
    readonly size: number,
  ) {
    super(`the log of ${timeline}, whose last checkpoint covers ${size} entries, has no tile ${tile} yet`);
  }
}

/** What was asked of a correction or retraction was asked of something else. */
export class NotACorrection extends Error {
  readonly code = 'not-a-correction';
  constructor(
    readonly id: string,
    why: string,
  ) {
    super(
      `${id} is no record.corrected or record.retracted about a matter: ${why}. ` +
        'A development lists the decisions about it in `desk`.',
    );
  }
}

/** What an answer would have to carry for a proof is more than answers may have. */
export class TooMuchToProve extends Error {
  readonly code = 'too-much-to-prove';
  constructor(
    readonly timeline: string,
    readonly matter: string,
    most: { entries: number; bytes: number },
  ) {
    super(
      `${matter} has more than ${most.entries} entries or ${most.bytes / 2 ** 20} MiB of content up to this knownAt: ` +
        `too much for one answer. Export ${timeline}, and check the archive; or ask for an earlier knownAt.`,
    );
  }
}

/** The read model did not reach the position asked for in time. */
export class NotCaughtUp extends Error {
  readonly code = 'not-caught-up';
  constructor(
    readonly atLeast: number,
    readonly size: number,
  ) {
    super(`position ${atLeast} is not there yet: ${size} entries are`);
  }
}
