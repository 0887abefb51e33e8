import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Pool } from 'pg';
import { withStartupOption } from '#libs/database';
import { tuneForAppends } from '#libs/ledger';
import { openSharedLedger, type SharedLedger } from '../../../test/support/shared-ledger.js';

let store: SharedLedger;
beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());

/** Where it is set to this for whoever connects: in the server's file, for a database or a role. */
function poolsWhere(setting: string): Record<string, Pool> {
  const url = withStartupOption(store.database.url, `-c synchronous_commit=${setting}`);
  return { usual: store.pool({ url }), appending: tuneForAppends(store.pool({ url })) };
}

it.each(['usual', 'appending'])(
  '%s connections wait for the disk, where the server would not',
  async (use) => {
    const { rows } = await poolsWhere('off')[use]!.query('show synchronous_commit');
    expect(rows).toEqual([{ synchronous_commit: 'on' }]);
  },
);

it.each(['local', 'remote_write', 'on', 'remote_apply'])(
  'leaves it to the operator which replicas a commit waits for (%s)',
  async (setting) => {
    for (const pool of Object.values(poolsWhere(setting))) {
      const { rows } = await pool.query('show synchronous_commit');
      expect(rows).toEqual([{ synchronous_commit: setting }]);
    }
  },
);
