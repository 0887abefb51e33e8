import type { Allowance } from '#libs/ledger';

/** Milliseconds: what nobody recorded to for so long, and at most twice as long, is idle. */
const idleAfter = 30_000;
/** Developments that idle accounts may hold together: those of one long matter. A full collection of the heap goes over them in some 150 ms. */
const mostIdle = 20_000;
/** Developments that stay of one idle account: what comes in order, or a little late, finds its place there. */
const endOfIdle = 32;

/**
 * Lets go of accounts that nobody records to any more. Whatever else the service answers waits while a full collection
 * goes over what accounts hold: after an import of a million developments that were seconds.
 */
export class IdleAccounts {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly allowance: Allowance,
    private readonly every = idleAfter,
  ) {}

  /** To be called where something is recorded: looks again until no more is held than may be. */
  watch(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.allowance.dropIdle(mostIdle, endOfIdle)) this.watch();
    }, this.every).unref();
  }
}
