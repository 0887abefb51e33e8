import type { ServerResponse } from 'node:http';
import { EdgeRefusal } from './edge-refusal.js';
import { networkOf } from './network-of.js';

/** Whoever holds an answer open: a key, or without one an address. */
export interface Holder {
  keyId: string | undefined;
  address: string;
}

export interface StreamLimits {
  /** Long answers that one key, or one address without a key, may have open. */
  perCaller: number;
  /** Long answers that all together may have open. */
  inAll: number;
}

/** Why an answer is ended: its key counts no more, or the service stops. */
export type Ending = 'key-ended' | 'stopping';

/** Ends an answer so that nothing more of it is read, not even what the system's buffers hold. */
export function cutOff(response: ServerResponse): void {
  if (!response.destroyed) response.socket?.resetAndDestroy();
}

interface Opened extends Holder {
  caller: string;
  close: (why: Ending) => void;
}

/**
 * The long answers that are under way: streams, replays, imports. It counts them against their limits, and ends
 * those of a key that counts no more, and all of them when the service stops.
 */
export class OpenStreams {
  private readonly opened = new Set<Opened>();
  private readonly byCaller = new Map<string, number>();

  constructor(private readonly limits: StreamLimits) {}

  get size(): number {
    return this.opened.size;
  }

  /** The keys that have something open. */
  get keyIds(): string[] {
    return [...new Set([...this.opened].flatMap(({ keyId }) => keyId ?? []))];
  }

  /**
   * @param close ends the answer; it may be called more than once, and is until the answer has ended
   * @returns to be called when the answer has ended, however it did: until then it counts
   * @throws EdgeRefusal too-many-streams, service-full
   */
  admit(holder: Holder, close: (why: Ending) => void): () => void {
    const caller =
      holder.keyId === undefined ? `address ${networkOf(holder.address)}` : `key ${holder.keyId}`;
    const open = this.byCaller.get(caller) ?? 0;
    if (open >= this.limits.perCaller) throw tooMany(holder, this.limits.perCaller);
    if (this.opened.size >= this.limits.inAll) throw full(this.limits.inAll);
    const entry = { ...holder, caller, close };
    this.opened.add(entry);
    this.byCaller.set(caller, open + 1);
    return () => this.forget(entry);
  }

  /** Ends what a key has open: it was revoked, or has expired. */
  closeOf(keyId: string): void {
    for (const { keyId: own, close } of this.opened) if (own === keyId) close('key-ended');
  }

  closeAll(): void {
    for (const { close } of this.opened) close('stopping');
  }

  private forget(entry: Opened): void {
    if (!this.opened.delete(entry)) return;
    const left = this.byCaller.get(entry.caller)! - 1;
    if (left === 0) this.byCaller.delete(entry.caller);
    else this.byCaller.set(entry.caller, left);
  }
}

function tooMany({ keyId }: Holder, limit: number): EdgeRefusal {
  const who = keyId === undefined ? 'One address without a key' : 'One key';
  return new EdgeRefusal(
    'too-many-streams',
    `${who} may have ${limit} long answers open at a time (DATELINE_STREAMS_PER_CALLER); end one that is open first.`,
  );
}

function full(limit: number): EdgeRefusal {
  return new EdgeRefusal(
    'service-full',
    `This service keeps ${limit} long answers open at a time (DATELINE_STREAMS), and all are taken; try again later.`,
  );
}
