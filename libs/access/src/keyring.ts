import type { Pool } from 'pg';
import { findUsableKey, stillUsable, touchKeys, type UsableKey } from './find-keys.js';
import { scopeOf } from './key-record.js';
import type { Grant } from './role.js';

/** For how long a key that was found usable is believed to be so, in ms, should no notice of a change arrive. */
const believedFor = 1_000;
/** Keys believed at a time. */
const most = 10_000;
/** How often the keys of open streams are looked at, and last uses are written, in ms. */
const every = 1_000;
const minute = 60_000;

interface Believed {
  grant: Grant;
  until: number;
  /** Of `performance.now()`. */
  lookedUpAt: number;
}

/** What is open under keys: the keys that hold something, and how to end what one holds. */
export interface OpenedByKeys {
  readonly keyIds: string[];
  closeOf(keyId: string): void;
}

/**
 * Which keys may be used. A usable one is looked up at most once a second, whoever uses it; a change of keys in this
 * process holds from before it is answered, one in another as soon as its notice arrives, and after a second whatever
 * happens to notices. What is not usable is not remembered: a key that never was, a revoked one and an expired one are
 * each looked up, in the same way, each time.
 */
export class Keyring {
  private readonly believed = new Map<string, Believed>();
  private underWay = new Map<string, Promise<Grant | undefined>>();
  private streams: OpenedByKeys | undefined;
  /** When each key's use was last noted, and those notes that are not written. */
  private readonly used = new Map<string, number>();
  private readonly toWrite = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly pool: Pool,
    private readonly clock: () => number,
  ) {
    this.timer = setInterval(() => {
      void this.endStreams();
      void this.writeUses();
    }, every).unref();
  }

  /** @param digest SHA-256 of the key, in base64 @returns undefined where it must be looked up */
  recall(digest: string): Grant | undefined {
    const known = this.believed.get(digest);
    if (known === undefined) return undefined;
    if (performance.now() - known.lookedUpAt < believedFor && this.clock() < known.until) return known.grant;
    this.believed.delete(digest);
    return undefined;
  }

  /** The grant of a key, or undefined where it is not to be used. @throws what pg throws when the database is away */
  lookUp(digest: string): Promise<Grant | undefined> {
    const { underWay } = this;
    let asked = underWay.get(digest);
    if (asked === undefined) {
      asked = this.ask(digest).finally(() => underWay.delete(digest));
      underWay.set(digest, asked);
    }
    return asked;
  }

  /** Forgets all: some key changed, or may have. What is being looked up is not remembered either. */
  forget(): void {
    this.believed.clear();
    this.underWay = new Map();
    void this.endStreams();
  }

  /**
   * Ends what a key holds open when it is revoked, replaced or expired: as soon as its notice arrives, and within
   * about a second whatever happens to notices.
   */
  endWithKeys(streams: OpenedByKeys): void {
    this.streams = streams;
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.writeUses();
  }

  private async ask(digest: string): Promise<Grant | undefined> {
    const { underWay } = this;
    const lookedUpAt = performance.now();
    const key = await findUsableKey(this.pool, digest, this.clock());
    if (key === undefined) return undefined;
    const grant = { keyId: key.id, role: key.role, scope: scopeOf(key.timelines) };
    // Something changed meanwhile: what was read may be of before.
    if (underWay === this.underWay) this.believe(digest, key, grant, lookedUpAt);
    this.noteUse(key.id);
    return grant;
  }

  private believe(digest: string, { until }: UsableKey, grant: Grant, lookedUpAt: number): void {
    if (this.believed.size >= most) this.believed.clear();
    this.believed.set(digest, { grant, until: until ?? Infinity, lookedUpAt });
  }

  private noteUse(keyId: string): void {
    const now = this.clock();
    const last = this.used.get(keyId);
    if (last !== undefined && now - last < minute) return;
    if (this.used.size >= most) this.used.clear();
    this.used.set(keyId, now);
    this.toWrite.set(keyId, now);
  }

  private async writeUses(): Promise<void> {
    if (this.toWrite.size === 0) return;
    const ids = [...this.toWrite.keys()];
    const now = Math.max(...this.toWrite.values());
    this.toWrite.clear();
    // A use that is not written while the database is away is one that hardly was.
    await touchKeys(this.pool, ids, now).catch(() => undefined);
  }

  private async endStreams(): Promise<void> {
    const ids = this.streams?.keyIds ?? [];
    if (ids.length === 0) return;
    // While the database is away nothing is known; it is asked again in a second.
    const usable = await stillUsable(this.pool, ids, this.clock()).catch(() => undefined);
    if (usable === undefined) return;
    for (const id of ids) if (!usable.has(id)) this.streams?.closeOf(id);
  }
}
