import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inSlices } from '../../../test/support/in-slices.js';
import { histories } from '../../../test/support/random-history.js';
import {
  manyReports,
  openUnguarded,
  story,
  type UnguardedStore,
} from '../../../test/support/unguarded-store.js';

let store: UnguardedStore;
beforeAll(async () => (store = await openUnguarded()));
afterAll(() => store.close());

describe('a record that nobody touched', () => {
  it('is found whole, with counts of all that was looked at', async () => {
    const verdict = await store.verify(await store.recorded(story()));
    expect(verdict.findings).toEqual([]);
    expect(verdict).toMatchObject({
      ok: true,
      size: 7,
      checked: { entries: 7, payloads: 7, streams: 2, matters: 2, redacted: 0, notes: 1 },
    });
  });

  it('is found whole whatever its history', async () => {
    await fc.assert(
      fc.asyncProperty(histories({ entries: 40, matters: 4 }), async (history) => {
        const { findings } = await store.verify(await store.recorded(history));
        expect(findings).toEqual([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);

  it('is found whole with its tiles, and has the root that somebody kept of it', async () => {
    const timeline = await store.recorded(manyReports(600));
    const first = await store.verify(timeline);
    expect(first).toMatchObject({ ok: true, checked: { tiles: 2, absentTiles: 0 } });
    const root = Buffer.from(first.root, 'base64');
    const against = (size: number) => store.verify(timeline, { kept: [{ size, root, name: 'kept' }] });
    expect((await against(600)).ok).toBe(true);
    expect((await against(599)).first).toMatchObject({ code: 'root-differs', position: 598 });
    expect((await against(601)).first).toMatchObject({ code: 'root-differs', position: 600 });
    await store.owner.query(
      `update ledger_tile set hashes = overlay(hashes placing '\\x00'::bytea from 32 * 5 + 1) where timeline = $1 and index = 1`,
      [timeline],
    );
    expect((await store.verify(timeline)).first).toMatchObject({ code: 'tile-differs', position: 256 + 5 });
  });
});

describe('slots that another version of the fold made', () => {
  it('are not as they should be, for nobody looked at them; the service rebuilds them by itself', async () => {
    const timeline = await store.recorded(story());
    await store.owner.query(`update slot_state set state = '{}' where timeline = $1`, [timeline]);
    await store.owner.query('update projection set fold_version = fold_version - 1 where timeline = $1', [
      timeline,
    ]);
    const { ok, wrong, first, checked } = await store.verify(timeline);
    expect({ ok, wrong, first }).toMatchObject({ ok: false, wrong: 1, first: { code: 'fold-differs' } });
    expect(first!.detail).toContain(`\`dateline rebuild ${timeline}\``);
    expect(checked).toMatchObject({ matters: 0, ofAnotherFold: 2 });
    expect(await inSlices(store.readers, timeline)).toBeNull();
  });
});
