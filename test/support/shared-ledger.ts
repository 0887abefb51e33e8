import { expect } from '@jest/globals';
import type { Pool } from 'pg';
import { createPool, type PoolSettings, silentLog } from '#libs/database';
import {
  CommitHints,
  GroupRefused,
  Ledger,
  type LedgerSettings,
  type Proposal,
  tuneForAppends,
} from '#libs/ledger';
import { noCompanion } from './no-companion.js';
import { openStore, openTimeline, type Store } from './recorded-history.js';

/** A store that several service processes append to, whatever their proposals are about. */
export interface SharedLedger extends Store {
  /** What one service process has: pools and caches of its own. */
  aProcess(clock?: () => number, own?: Partial<LedgerSettings<object, null>>): Ledger;
  /** One more, closed with the store. */
  pool(own?: Partial<PoolSettings>): Pool;
  /** @returns the name of an empty timeline */
  newTimeline(): Promise<string>;
}

export async function openSharedLedger(): Promise<SharedLedger> {
  const store = await openStore();
  const { readers } = store;
  const opened: Pool[] = [];
  let serial = 0;
  const pool = (own: Partial<PoolSettings> = {}) => {
    const made = createPool({ url: store.database.url, applicationName: 'test', log: silentLog, ...own });
    opened.push(made);
    return made;
  };
  return {
    ...store,
    pool,
    aProcess: (clock = Date.now, own = {}) =>
      new Ledger({
        writers: tuneForAppends(pool()),
        readers,
        companion: noCompanion,
        hints: new CommitHints(readers),
        clock,
        ...own,
      }) as Ledger,
    newTimeline: () => openTimeline(store, `t${serial++}`),
    close: async () => {
      await Promise.all(opened.map((each) => each.end()));
      await store.close();
    },
  };
}

export function proposal(
  id: string,
  stream = 's',
  content: object = { id },
  expectedVersion?: number,
): Proposal {
  return { id, freshId: false, stream, content, ...(expectedVersion !== undefined && { expectedVersion }) };
}

/** Why a group was refused; fails where it was not. */
export async function reasonOf(appending: Promise<unknown>): Promise<unknown> {
  const refused = await appending.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refused).toBeInstanceOf(GroupRefused);
  return (refused as GroupRefused).cause;
}
