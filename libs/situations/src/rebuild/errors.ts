/** Somebody else builds, returns to or drops this generation now; what this process had done of it is not lost. */
export class RebuildTakenOver extends Error {
  readonly code = 'rebuild-taken-over';
  constructor(readonly timeline: string) {
    super(`another process has taken over the rebuilding of ${timeline}`);
  }
}

/** There is no generation to return to. */
export class NothingKept extends Error {
  readonly code = 'nothing-kept';
  constructor(readonly timeline: string) {
    super(`${timeline} keeps no earlier read models: there is nothing to return to, or to drop`);
  }
}

/** What is kept was folded by another version, and cannot be brought up to the ledger by this one. */
export class KeptOfAnotherFold extends Error {
  readonly code = 'kept-of-another-fold';
  constructor(
    readonly timeline: string,
    readonly kept: number,
    readonly own: number,
  ) {
    super(
      `the read models that ${timeline} keeps are of fold ${kept}, and this release folds by ${own}: return with the ` +
        'release that made them',
    );
  }
}
