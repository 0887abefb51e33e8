import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '#libs/database';
import { KeyEnded, KeyTooWide, UnknownKey } from './errors.js';
import { hasUsableAdmin } from './find-keys.js';
import { type GateAction, recordGateEvent } from './gate-event.js';
import { endKey, insertKey, isOf, type KeyRecord, lockKey, scopeOf } from './key-record.js';
import { keyDigest, makeKeyId, makeKeyText, type RandomBytes } from './key-text.js';
import { isWithin, type Role, type Scope } from './role.js';

/** NOTIFY names the key that changed. */
export const keysChannel = 'dateline_keys';

/** Who changes keys. */
export interface Actor {
  /** The id of a key, or `command-line` or `first-start`. */
  by: string;
  keyId: string | null;
  role: Role | null;
  /** Keys beyond this they can neither make nor know of. */
  scope: Scope;
  route: string | null;
  address: string | null;
}

/** Whoever has a shell and the database's address needs no key. */
export const commandLine: Actor = {
  by: 'command-line',
  keyId: null,
  role: null,
  scope: null,
  route: null,
  address: null,
};
const firstStart: Actor = { ...commandLine, by: 'first-start' };

export interface KeyRequest {
  role: Role;
  /** Null for all. */
  timelines: string[] | null;
  label: string;
  /** ms; null for never. */
  expiresAt: number | null;
}

/** A new key. Its text is told this once; nothing keeps it. */
export interface NewKey {
  text: string;
  record: KeyRecord;
}

export interface KeyBookSettings {
  pool: Pool;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  clock: () => number;
  random: RandomBytes;
  /** Told of each key that this process changed, after the commit and before the change is answered. */
  onChange?: (keyId: string) => void;
}

/** For how long a replaced key may still be taken, in s: a week. */
export const longestOverlap = 604_800;

/** Makes, replaces and revokes keys. Each change, its event and its notice to other processes are one transaction. */
export class KeyBook {
  constructor(private readonly settings: KeyBookSettings) {}

  /** @throws KeyTooWide */
  async create(request: KeyRequest, actor: Actor): Promise<NewKey> {
    if (!isWithin(scopeOf(request.timelines), actor.scope)) throw new KeyTooWide([...actor.scope!]);
    return this.changing(async (client) => this.insert(client, request, actor, 'key-created', {}));
  }

  /**
   * Makes a key with the same grant in place of another, which is still taken for `overlap` ms.
   * @throws UnknownKey, KeyEnded
   */
  async rotate(id: string, overlap: number, actor: Actor): Promise<NewKey> {
    return this.changing(async (client, changed) => {
      const old = await this.own(client, id, actor);
      const now = this.settings.clock();
      if (old.replacedBy !== null || endOf(old) <= now) throw new KeyEnded(id);
      const made = await this.insert(client, old, actor, 'key-rotated', { replaces: id, overlap });
      const last = Math.min(now + overlap, old.revokedAt ?? Infinity);
      await endKey(client, id, { revokedAt: last, ended: last <= now, replacedBy: made.record.id });
      await changed(id);
      return made;
    });
  }

  /**
   * From the moment this is answered the key is refused, by this process; by others as soon as they hear of it.
   * @throws UnknownKey
   */
  async revoke(id: string, actor: Actor): Promise<KeyRecord> {
    return this.changing(async (client, changed) => {
      const old = await this.own(client, id, actor);
      const now = this.settings.clock();
      if (old.ended) return old;
      const revokedAt = Math.min(now, old.revokedAt ?? Infinity);
      await endKey(client, id, { revokedAt, ended: true, replacedBy: old.replacedBy });
      await this.tell(client, actor, 'key-revoked', old, { key: id });
      await changed(id);
      return { ...old, revokedAt, ended: true };
    });
  }

  /**
   * Makes the key that makes all others, unless there is one. `keep` puts it where its owner finds it, before it is
   * valid: a start that is cut short leaves a key that nobody takes, not one that nobody has.
   * @returns false where there was one
   */
  async makeFirstAdmin(keep: (text: string) => Promise<void>): Promise<boolean> {
    return this.changing(async (client) => {
      // Several processes may start at once on a fresh database.
      await client.query('lock table access_key in share row exclusive mode');
      if (await hasUsableAdmin(client, this.settings.clock())) return false;
      const request = { role: 'admin', timelines: null, label: 'first key', expiresAt: null } as const;
      const { text } = await this.insert(client, request, firstStart, 'key-created', {});
      await keep(text);
      return true;
    });
  }

  private async insert(
    client: PoolClient,
    { role, timelines, label, expiresAt }: KeyRequest,
    actor: Actor,
    action: GateAction,
    detail: object,
  ): Promise<NewKey> {
    const { clock, random } = this.settings;
    const text = makeKeyText(role, random);
    const record: KeyRecord = {
      id: makeKeyId(random),
      role,
      timelines,
      label,
      expiresAt,
      createdAt: clock(),
      createdBy: actor.by,
      revokedAt: null,
      ended: false,
      replacedBy: null,
      lastUsedAt: null,
    };
    await insertKey(client, record, keyDigest(text));
    await this.tell(client, actor, action, record, { key: record.id, ...detail });
    return { text, record };
  }

  private async own(client: PoolClient, id: string, { scope }: Actor): Promise<KeyRecord> {
    const record = await lockKey(client, id);
    if (record === undefined || !isOf(record, scope)) throw new UnknownKey(id);
    return record;
  }

  private async tell(
    client: PoolClient,
    { by, keyId, role, route, address }: Actor,
    action: GateAction,
    of: KeyRecord,
    detail: object,
  ): Promise<void> {
    await recordGateEvent(client, {
      action,
      at: this.settings.clock(),
      keyId,
      role,
      route,
      address,
      // An event stands under one timeline; that of a key for several is for those who may see all.
      timeline: of.timelines?.length === 1 ? of.timelines[0]! : null,
      detail: { ...detail, by, role: of.role, timelines: of.timelines ?? 'all' },
    });
  }

  private async changing<T>(
    work: (client: PoolClient, changed: (keyId: string) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const { pool, onChange } = this.settings;
    const changed: string[] = [];
    const result = await inTransaction(pool, (client) =>
      work(client, async (keyId) => {
        changed.push(keyId);
        await client.query({
          name: 'notify-of-key',
          text: 'select pg_notify($1, $2)',
          values: [keysChannel, keyId],
        });
      }),
    );
    for (const keyId of changed) onChange?.(keyId);
    return result;
  }
}

function endOf({ expiresAt, revokedAt, ended }: KeyRecord): number {
  return ended ? -Infinity : Math.min(expiresAt ?? Infinity, revokedAt ?? Infinity);
}
