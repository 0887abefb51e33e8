import type { Refusal } from '#libs/chronology';

/** What the read models refuse while a development is recorded; well-formed, but not acceptable here. */

/** The matter is of another kind already. */
export class MatterHasKind extends Error {
  readonly code = 'matter-has-kind';
  constructor(
    readonly matter: string,
    readonly kind: string,
    readonly refused: string,
  ) {
    super(`${matter} is a ${kind}; a ${refused} belongs in a matter of its own, tied by "related"`);
  }
}

/** A desk development names a target that its ledger does not hold, or that cannot be one. */
export class UnknownTarget extends Error {
  readonly code = 'unknown-target';
  constructor(readonly target: string) {
    super(`no earlier world or registry development of this timeline has the id ${target}`);
  }
}

/** The desk's decision does not fit its target. */
export class DeskRefused extends Error {
  constructor(
    readonly code: Refusal['code'],
    readonly pointer: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}
