/** The signing key cannot be used: what is wrong with it, and how to mend that. */
export class SigningKeyUnusable extends Error {
  readonly code = 'signing-key-unusable';
}

/**
 * A ledger does not go on from the last checkpoint that was signed of it (or what was kept of that cannot be read),
 * so that nothing is signed. The message says what to do.
 */
export class LogInconsistent extends Error {
  readonly code = 'log-inconsistent';
  constructor(
    readonly timeline: string,
    /** Without the timeline's name: it may be told to anyone. */
    readonly reason: string,
  ) {
    super(`${timeline}: ${reason}`);
  }
}

/** What was signed cannot be read from its files: why, and how to mend that. */
export class SignedUnreadable extends Error {
  readonly code = 'signed-unreadable';
}
