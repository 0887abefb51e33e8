import type { Pool } from 'pg';
import { Channel } from '#libs/database';
import { FailedCalls } from './failed-calls.js';
import { KeyBook, keysChannel } from './key-book.js';
import { Keyring } from './keyring.js';
import type { RandomBytes } from './key-text.js';

export interface AccessSettings {
  /** For this alone: a key must be found also while all other connections are busy. */
  pool: Pool;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  clock: () => number;
  random: RandomBytes;
}

/** What the gate of one process works with. */
export type Access = ReturnType<typeof openAccess>;

export function openAccess({ pool, clock, random }: AccessSettings) {
  const keyring = new Keyring(pool, clock);
  const keys = new KeyBook({ pool, clock, random, onChange: () => keyring.forget() });
  const failedCalls = new FailedCalls(pool);
  const changes = new Channel(pool, keysChannel);
  changes.on('message', () => keyring.forget());
  changes.on('lost', () => keyring.forget());
  const close = async (): Promise<void> => {
    changes.close();
    await Promise.all([failedCalls.close(), keyring.close()]);
  };
  return { pool, clock, keyring, keys, failedCalls, listen: () => changes.listen(), close };
}
