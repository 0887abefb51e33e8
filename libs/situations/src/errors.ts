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

/** The read models were folded by a later version of this service: it may answer from them, and not write into them. */
export class FoldIsNewer extends Error {
  readonly code = 'fold-is-newer';
  constructor(
    readonly timeline: string,
    readonly stored: number,
    readonly own: number,
  ) {
    super(
      `the read models of ${timeline} are of fold ${stored}, and this service folds by ${own}: run the release that ` +
        'made them, or a later one; or rebuild them with this one (dateline rebuild)',
    );
  }
}

/** A desk development names a target that its ledger does not hold, or that cannot be one. */
export class UnknownTarget extends Error {
  readonly code = 'unknown-target';
  constructor(readonly target: string) {
    super(`no earlier world or registry development of this timeline has the id ${target}`);
  }
}

/** Destroying a decision would show to everyone what it withholds. */
export class RedactionWouldRelease extends Error {
  readonly code = 'redaction-would-release';
  constructor() {
    super(
      'it is by this decision that a development is withheld, and redacting it would show that development to all',
    );
  }
}

/** No kind of this name is built in, or defined by the timeline. */
export class UnknownKind extends Error {
  readonly code = 'unknown-kind';
  constructor(readonly kind: string) {
    super(`there is no kind ${kind} in this timeline; define it first`);
  }
}

/** There is a kind of this name that means something else. */
export class KindDefined extends Error {
  readonly code = 'kind-defined';
  constructor(readonly kind: string) {
    super(`there is a kind ${kind} already, defined otherwise, and definitions stand; choose another slug`);
  }
}

/** The desk's decision does not fit its target. */
export class DeskRefused extends Error {
  constructor(
    readonly code: Refusal['code'] | 'kind-stands' | 'registry-stands',
    readonly pointer: string,
    readonly detail: string,
  ) {
    super(detail);
  }
}
