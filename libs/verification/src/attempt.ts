import { isDatabaseAway } from '#libs/database';
import type { Finding, Findings } from './findings.js';

/**
 * Does `work`; what is stored so that it fails is found at this place, and verifying goes on behind it. @returns what
 * `work` does; undefined where it failed. @throws what pg throws when the database is away
 */
export async function attempt<T>(
  findings: Findings,
  { position, matter }: Pick<Finding, 'position' | 'matter'>,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (isDatabaseAway(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const detail = `what is stored here cannot be read, and was not looked at: ${reason}`;
    findings.add('unreadable', position, detail, matter);
    return undefined;
  }
}
