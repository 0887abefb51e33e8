import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openSharedLedger, proposal, type SharedLedger } from '../../../test/support/shared-ledger.js';

let store: SharedLedger;
let timeline = '';

beforeAll(async () => {
  store = await openSharedLedger();
});
afterAll(() => store.close());
beforeEach(async () => {
  timeline = await store.newTimeline();
});

describe('the service role', () => {
  it.each(['ledger_entry', 'ledger_payload', 'ledger_tile'])(
    'cannot update, delete or truncate %s',
    async (table) => {
      await store.aProcess().append(timeline, [proposal('a')], 'local');
      for (const sql of [`update ${table} set timeline = '9'`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(store.readers.query(sql)).rejects.toThrow(/permission denied/);
      }
    },
  );

  it('shares the trigger with the owner: there too every change is refused', async () => {
    await store.aProcess().append(timeline, [proposal('a')], 'local');
    const owner = store.pool({ url: store.database.ownerUrl });
    for (const table of ['ledger_entry', 'ledger_payload', 'ledger_tile']) {
      for (const sql of [`update ${table} set timeline = '9'`, `delete from ${table}`, `truncate ${table}`]) {
        await expect(owner.query(sql)).rejects.toThrow(/append-only/);
      }
    }
  });
});
