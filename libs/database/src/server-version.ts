import { DatabaseUnusable } from './database-unusable.js';

/** The oldest server that the SQL is written for: many that users run, and Citus, are at 15. */
export const oldestServer = 15;

/**
 * @param versionNumber server_version_num: 150004 is 15.4, 90624 is 9.6.24
 * @throws DatabaseUnusable server-too-old
 */
export function checkServerVersion(versionNumber: number): void {
  if (versionNumber >= oldestServer * 10_000) return;
  const major = Math.floor(versionNumber / 10_000);
  const minor = versionNumber % 10_000;
  const version = major >= 10 ? `${major}.${minor}` : `${major}.${Math.floor(minor / 100)}.${minor % 100}`;
  throw new DatabaseUnusable(
    'server-too-old',
    `The server of DATABASE_URL is PostgreSQL ${version}; ${oldestServer}.0 or newer is needed.`,
  );
}
