import type { Pool } from 'pg';
import type { Database } from '#libs/database';
import type { Role } from './role.js';

export interface UsableKey {
  id: string;
  role: Role;
  timelines: string[] | null;
  /** The instant from which it is not taken any more, in ms; null for none. */
  until: number | null;
}

/** SQL, of an access_key: the instant from which it is not taken any more; null for none. */
const end = 'least(expires_at, revoked_at)';

/** SQL: true of an access_key that may be used at `now`, a parameter. The one place that says so. */
const usableAt = (now: string) => `not ended and coalesce(${end} > ${now}, true)`;

/**
 * The key with this digest, if it may be used. For one that never was, one that is revoked and one that is expired the
 * answer is the same nothing, found in the same way.
 */
export async function findUsableKey(pool: Pool, digest: string, now: number): Promise<UsableKey | undefined> {
  const { rows } = await pool.query<UsableKey>({
    name: 'find-usable-key',
    text: `select id, role, timelines, ${end} as until
           from access_key
           where digest = $1 and ${usableAt('$2')}`,
    values: [Buffer.from(digest, 'base64'), now],
  });
  return rows[0];
}

/** Of these keys, those that may be used still. */
export async function stillUsable(pool: Pool, ids: string[], now: number): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'keys-still-usable',
    text: `select id from access_key
           where id = any($1) and ${usableAt('$2')}`,
    values: [ids, now],
  });
  return new Set(rows.map(({ id }) => id));
}

/** The ids of keys, usable or not, by their digests in base64. */
export async function idsOfDigests(pool: Pool, digests: string[]): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string; digest: Buffer }>({
    name: 'ids-of-digests',
    text: 'select id, digest from access_key where digest = any($1)',
    values: [digests.map((digest) => Buffer.from(digest, 'base64'))],
  });
  return new Map(rows.map(({ id, digest }) => [digest.toString('base64'), id]));
}

/** Whether there is a key for everything, without which nobody could make others. */
export async function hasUsableAdmin(db: Database, now: number): Promise<boolean> {
  const { rows } = await db.query({
    name: 'has-usable-admin',
    text: `select from access_key
           where role = 'admin' and timelines is null and ${usableAt('$1')} limit 1`,
    values: [now],
  });
  return rows.length > 0;
}

/** Keeps when keys were last used, at most once a minute for each, whichever process asks. */
export async function touchKeys(pool: Pool, ids: string[], now: number): Promise<void> {
  await pool.query({
    name: 'touch-keys',
    text: `update access_key set last_used_at = $2
           where id = any($1) and coalesce(last_used_at < $2::int8 - 60000, true)`,
    values: [ids, now],
  });
}

/** Whether a key was ever made, usable or not: from then on whoever records is named by one. */
export async function hasKeys(pool: Pool): Promise<boolean> {
  const { rowCount } = await pool.query({ name: 'has-keys', text: 'select from access_key limit 1' });
  return rowCount === 1;
}
