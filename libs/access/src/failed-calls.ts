import type { Pool } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { idsOfDigests } from './find-keys.js';
import { type CountedEvent, type GateEvent, writeGateEvents } from './gate-event.js';

/** A call that was refused at the gate. */
export interface FailedCall extends GateEvent {
  action: 'unauthenticated' | 'call-denied';
  /** Of the problem that it was answered with. */
  code: string;
  /** Of the key that was shown and not taken: whose it was is found out later, off the call's path. */
  digest?: string | undefined;
}

/** Kinds of failed calls that are told apart in one minute; what is beyond them is counted together. */
const kinds = 100;
const minute = 60_000;
/** How often what was noted is written, in ms. */
const writeEvery = 1_000;
/** How often what is older than thirty days is forgotten, in ms. */
const forgetEvery = 3_600_000;

interface Noted extends CountedEvent {
  digest: string | undefined;
  /** Of `times`, what the table holds. */
  written: number;
}

/**
 * Keeps failed calls, and lets nobody who makes many of them slow the service or fill its disk. A call is noted in
 * memory and written within a second; the same again (key, address, route, timeline, code) within a minute is counted.
 * A process writes at most 101 rows a minute, whatever comes, and failed calls are forgotten after thirty days. While
 * the database is away, those of the last two minutes are kept.
 */
export class FailedCalls {
  private began = -Infinity;
  private current = new Map<string, Noted>();
  private previous = new Map<string, Noted>();
  private readonly timers: NodeJS.Timeout[];
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly pool: Pool) {
    this.timers = [
      setInterval(() => void this.write().catch(() => undefined), writeEvery),
      setInterval(() => void this.forget().catch(() => undefined), forgetEvery),
    ];
    for (const timer of this.timers) timer.unref();
  }

  note(call: FailedCall): void {
    if (call.at - this.began >= minute || call.at < this.began) this.nextMinute(call.at);
    const own = [
      call.action,
      call.code,
      call.keyId,
      call.digest,
      call.address,
      call.route,
      call.timeline,
    ].join();
    const known = this.current.get(own) ?? (this.current.size >= kinds ? this.current.get('') : undefined);
    if (known) {
      known.times++;
      known.lastAt = call.at;
      return;
    }
    const { digest, code, ...event } = call;
    const counted = { id: uuidv7(), times: 1, lastAt: call.at, written: 0 };
    if (this.current.size < kinds) {
      this.current.set(own, { ...event, ...counted, digest, detail: { ...event.detail, code } });
    } else {
      const { action, at } = event;
      this.current.set('', {
        action,
        at,
        keyId: null,
        ...counted,
        digest: undefined,
        detail: { code: 'many' },
      });
    }
  }

  /** Writes what was noted. @throws what pg throws when the database is away; it is then still noted */
  write(): Promise<void> {
    // One after the other, so that a count never goes back.
    const write = this.writing.catch(() => undefined).then(() => this.writeNow());
    this.writing = write;
    return write;
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    await this.write().catch(() => undefined);
  }

  private nextMinute(at: number): void {
    this.began = at;
    this.previous = this.current;
    this.current = new Map();
  }

  private async writeNow(): Promise<void> {
    const noted = [...this.previous.values(), ...this.current.values()];
    const changed = noted.filter(({ times, written }) => written < times);
    if (changed.length === 0) return;
    const digests = changed.flatMap(({ digest }) => digest ?? []);
    const ids = digests.length === 0 ? new Map<string, string>() : await idsOfDigests(this.pool, digests);
    for (const each of changed) each.keyId ??= ids.get(each.digest ?? '') ?? null;
    const counts = changed.map(({ times }) => times);
    await writeGateEvents(this.pool, changed);
    changed.forEach((each, index) => (each.written = counts[index]!));
  }

  private async forget(): Promise<void> {
    await this.pool.query({ name: 'forget-failed-calls', text: 'select forget_failed_calls()' });
  }
}
