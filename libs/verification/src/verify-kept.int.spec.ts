import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { forge } from '../../../test/support/forgery.js';
import { ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { openUnguarded, story, type UnguardedStore } from '../../../test/support/unguarded-store.js';

let store: UnguardedStore;
beforeAll(async () => (store = await openUnguarded()));
afterAll(() => store.close());

describe('what somebody who can write anywhere did', () => {
  it('is seen by whoever kept the root, when all was written anew and fits together', async () => {
    const timeline = await store.recorded(story());
    const { root } = await store.verify(timeline);
    const kept = [{ size: 7, root: Buffer.from(root, 'base64'), name: 'kept.txt' }];
    await store.erase(timeline);
    const forged = story().map(({ content }) => content);
    forged[1] = report('b', 'deployment.withdrawn', '2025-05-02');
    await store.recorded(ledgerOf(...(forged as Parameters<typeof ledgerOf>)), timeline);
    expect((await store.verify(timeline)).ok).toBe(true);
    const { first } = await store.verify(timeline, { kept });
    expect(first).toMatchObject({ code: 'root-differs', position: 6 });
    expect(first!.detail).toContain('kept.txt');
  });

  it('is seen by whoever kept the root, when the tail was cut off with all that spoke of it', async () => {
    const timeline = await store.recorded(story());
    const { root } = await store.verify(timeline);
    const kept = [{ size: 7, root: Buffer.from(root, 'base64'), name: 'kept.txt' }];
    for (const table of ['ledger_entry', 'ledger_payload', 'decision'])
      await store.owner.query(`delete from ${table} where timeline = $1 and position >= 5`, [timeline]);
    await store.owner.query(
      `update ledger_head h set size = 5, tip = e.leaf_hash, recorded_at = e.recorded_at
       from ledger_entry e where h.timeline = $1 and e.timeline = $1 and e.position = 4`,
      [timeline],
    );
    await store.refold(timeline, 'deployment-1', 5);
    expect((await store.verify(timeline)).findings).toEqual([]);
    expect((await store.verify(timeline, { kept })).first).toMatchObject({
      code: 'root-differs',
      position: 5,
      detail: 'kept.txt is of 7 entries, and there are 5: entries that were there are gone',
    });
  });

  it('is named by whoever kept the entries, when one of them was forged with all that follows from it', async () => {
    const timeline = await store.recorded(story());
    const { rows } = await store.owner.query<{ leaf: Buffer }>(
      'select leaf_hash as leaf from ledger_entry where timeline = $1 order by position',
      [timeline],
    );
    const root = Buffer.from((await store.verify(timeline)).root, 'base64');
    const kept = [{ size: 7, root, name: 'kept.tar', leaves: rows.map(({ leaf }) => leaf) }];
    expect((await store.verify(timeline, { kept })).findings).toEqual([]);
    await forge(store.database.ownerUrl, timeline, 2, (content) => ({ ...content, title: 'Forged' }));
    expect((await store.verify(timeline)).findings).toEqual([]);
    const { findings, first } = await store.verify(timeline, { kept });
    expect(first).toMatchObject({ code: 'kept-entry-differs', position: 2 });
    expect(findings.map(({ code, position }) => [code, position])).toEqual([
      ['kept-entry-differs', 2],
      ['root-differs', 6],
    ]);
  });
});
