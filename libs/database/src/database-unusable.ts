export type DatabaseUnusableCode =
  | 'server-too-old'
  | 'server-refuses'
  | 'database-newer'
  | 'migration-failed'
  | 'binaries-missing'
  | 'folder-unreachable'
  | 'cluster-of-another-version'
  | 'embedded-postgres-failed';

/** The database cannot be used as it is, and waiting will not change that: the message says what would. */
export class DatabaseUnusable extends Error {
  override readonly name = 'DatabaseUnusable';

  constructor(
    readonly code: DatabaseUnusableCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
