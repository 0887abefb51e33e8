import { unlink } from 'node:fs/promises';
import path from 'node:path';
import { type Access, hasUsableAdmin, isKeyText, keyDigest } from '#libs/access';
import { isDatabaseAway } from '#libs/database';
import { writeOnce } from '#libs/notary';
import { readKept } from '../kept-file.js';
import type { ServiceLog } from '../service-log.js';

/**
 * The key that makes all others: made at the first start, where the database holds no admin key for all timelines, and
 * put into `<data folder>/admin.key`, the key alone, for its owner's eyes alone (0600).
 *
 * @returns the file that holds an admin key which this database takes; undefined where there is none
 */
export async function settleAdminKey(
  access: Access,
  dataFolder: string,
  log: ServiceLog,
): Promise<string | undefined> {
  const file = path.join(dataFolder, 'admin.key');
  const kept = await readKept(file);
  if (kept !== undefined) return (await isTaken(access, kept, file, log)) ? file : undefined;
  let written = false;
  try {
    const made = await access.keys.makeFirstAdmin(async (text) => {
      // On the disk before it is valid, and never over a file that is there.
      await writeOnce(file, text, 0o600);
      written = true;
    });
    return made ? file : undefined;
  } catch (error) {
    // A key that the database does not hold is worse than none. Where no answer came it may hold it: the next start asks.
    if (written && !isDatabaseAway(error)) await unlink(file).catch(() => undefined);
    throw error;
  }
}

async function isTaken(access: Access, kept: string, file: string, log: ServiceLog): Promise<boolean> {
  const grant = isKeyText(kept) ? await access.keyring.lookUp(keyDigest(kept)) : undefined;
  if (grant?.role === 'admin' && grant.scope === null) return true;
  const others = await hasUsableAdmin(access.pool, access.clock());
  log.warn(
    `${file} holds no admin key for all timelines that this database takes: it was revoked, or belongs to another database. ` +
      (others
        ? 'The database has another admin key; use that one, and take this file away.'
        : 'The database has no other: take this file away and start again, and a new one is made.'),
  );
  return false;
}
