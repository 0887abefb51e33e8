import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inSlices } from '../../../test/support/in-slices.js';
import { manyReports, openUnguarded, type UnguardedStore } from '../../../test/support/unguarded-store.js';

let store: UnguardedStore;
beforeAll(async () => (store = await openUnguarded()));
afterAll(() => store.close());

describe('the tiles of a record', () => {
  const plant = (timeline: string, level: number, index: number) =>
    store.owner.query(
      `insert into ledger_tile (timeline, level, index, root, hashes)
       select timeline, $2, $3, root, hashes from ledger_tile where timeline = $1 and level = 0 and index = 1`,
      [timeline, level, index],
    );

  it('are found missing where later ones are there, and only then', async () => {
    const timeline = await store.recorded(manyReports(600));
    const take = (index: number) =>
      store.owner.query('delete from ledger_tile where timeline = $1 and index = $2', [timeline, index]);
    await take(0);
    const found = {
      code: 'tile-missing',
      position: 0,
      detail: 'tile 0 of level 0 is not stored, and later ones are',
    };
    expect((await store.verify(timeline)).findings).toEqual([found]);
    expect(await inSlices(store.readers, timeline)).toMatchObject({ code: 'tile-missing', position: 0 });
    await take(1);
    expect(await store.verify(timeline)).toMatchObject({ ok: true, checked: { tiles: 0, absentTiles: 2 } });
  });

  it('are found missing below one that is there', async () => {
    const timeline = await store.recorded(manyReports(600));
    await plant(timeline, 1, 0);
    await store.owner.query('delete from ledger_tile where timeline = $1 and level = 0', [timeline]);
    const { findings } = await store.verify(timeline);
    expect(findings.filter(({ code }) => code === 'tile-missing')).toHaveLength(2);
  });

  it.each([
    [0, 2],
    [0, -1],
    [1, 0],
    [9, 0],
  ])('are found outside the ledger where no entries fill them: level %i, tile %i', async (level, index) => {
    const timeline = await store.recorded(manyReports(600));
    await plant(timeline, level, index);
    const { findings } = await store.verify(timeline);
    const detail = `tile ${index} of level ${level} is stored, and the ledger’s entries do not fill it`;
    expect(findings).toContainEqual({ code: 'outside-the-ledger', position: 600, detail });
    expect(await inSlices(store.readers, timeline)).toMatchObject({ code: 'outside-the-ledger' });
  });
});
