import type { Pool, PoolClient } from 'pg';
import { isWithin, type Role, type Scope } from './role.js';

/** All that is kept of a key, but for its digest. Instants in ms. */
export interface KeyRecord {
  id: string;
  role: Role;
  /** Null for all timelines. */
  timelines: string[] | null;
  label: string;
  createdAt: number;
  /** The id of the key that made it, or `command-line` or `first-start`. */
  createdBy: string;
  expiresAt: number | null;
  /** May lie ahead: the last moment of a key that was replaced. */
  revokedAt: number | null;
  /** Revoked or replaced, and past any overlap, whatever clock one asks. */
  ended: boolean;
  /** The id of the key that took its place. */
  replacedBy: string | null;
  /** To the minute. */
  lastUsedAt: number | null;
}

const columns = `id, role, timelines, label, created_at as "createdAt", created_by as "createdBy",
  expires_at as "expiresAt", revoked_at as "revokedAt", ended,
  replaced_by as "replacedBy", last_used_at as "lastUsedAt"`;

export async function insertKey(client: PoolClient, record: KeyRecord, digest: string): Promise<void> {
  const { id, role, timelines, label, createdAt, createdBy, expiresAt } = record;
  await client.query({
    name: 'insert-key',
    text: `insert into access_key (id, digest, role, timelines, label, created_at, created_by, expires_at, ended)
           values ($1, $2, $3, $4, $5, $6, $7, $8, false)`,
    values: [id, Buffer.from(digest, 'base64'), role, timelines, label, createdAt, createdBy, expiresAt],
  });
}

/** The key, held until the transaction ends. */
export async function lockKey(client: PoolClient, id: string): Promise<KeyRecord | undefined> {
  const { rows } = await client.query<KeyRecord>({
    name: 'lock-key',
    text: `select ${columns} from access_key where id = $1 for update`,
    values: [id],
  });
  return rows[0];
}

/** Says from when on a key is not taken any more, and what took its place. */
export async function endKey(
  client: PoolClient,
  id: string,
  { revokedAt, ended, replacedBy }: Pick<KeyRecord, 'revokedAt' | 'ended' | 'replacedBy'>,
): Promise<void> {
  await client.query({
    name: 'end-key',
    text: 'update access_key set revoked_at = $2, ended = $3, replaced_by = $4 where id = $1',
    values: [id, revokedAt, ended, replacedBy],
  });
}

export interface KeysPage {
  /** Keys for these timelines alone; null for all. */
  scope: Scope;
  after?: { createdAt: number; id: string } | undefined;
  limit: number;
}

/** The keys in the order they were made. */
export async function readKeys(pool: Pool, { scope, after, limit }: KeysPage): Promise<KeyRecord[]> {
  const { rows } = await pool.query<KeyRecord>({
    name: 'read-keys',
    text: `select ${columns} from access_key
           where ($1::text[] is null or timelines <@ $1)
             and ($2::int8 is null or (created_at, id) > ($2, $3))
           order by created_at, id limit $4`,
    values: [scope && [...scope], after?.createdAt, after?.id, limit],
  });
  return rows;
}

export function scopeOf(timelines: string[] | null): Scope {
  return timelines && new Set(timelines);
}

/** Whether whoever is for `scope` may know of this key. */
export function isOf(record: KeyRecord, scope: Scope): boolean {
  return isWithin(scopeOf(record.timelines), scope);
}
