/** What the use cases are given: the tokens under which the application provides it. */

/** Ledger of #libs/ledger. */
export const LEDGER = Symbol('ledger');
/** CommitHints of #libs/ledger. */
export const HINTS = Symbol('hints');
/** pg.Pool for everything but appends. */
export const READERS = Symbol('readers');
/** Notary of #libs/notary. */
export const NOTARY = Symbol('notary');
/** number: the version of the fold that the service folds by. */
export const FOLD_VERSION = Symbol('fold version');
/** Vocabularies of #libs/situations. */
export const VOCABULARIES = Symbol('vocabularies');
/** () => milliseconds since 1970-01-01T00:00:00Z. */
export const CLOCK = Symbol('clock');
