import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { forge } from '../../../test/support/forgery.js';
import { inSlices } from '../../../test/support/in-slices.js';
import { openUnguarded, story, type UnguardedStore } from '../../../test/support/unguarded-store.js';

let store: UnguardedStore;
beforeAll(async () => (store = await openUnguarded()));
afterAll(() => store.close());

const beyond = 2n ** 63n - 1n;
const payload = (text: string, position: number) =>
  `update ledger_payload set payload = convert_to('${text}', 'UTF8') where timeline = $1 and position = ${position}`;

describe('what somebody who can write anywhere did', () => {
  it.each<[string, string, string, number]>([
    ['a lone surrogate', payload(String.raw`{"title":"\ud800"}`, 2), 'payload-digest-differs', 2],
    ['a number beyond all doubles', payload('{"title":1e999}', 2), 'payload-digest-differs', 2],
    ['a list for a development', payload('[]', 2), 'payload-digest-differs', 2],
    ['nothing for a development', payload('null', 2), 'payload-digest-differs', 2],
    ['a word with a zero', payload(String.raw`{"title":"\u0000"}`, 2), 'payload-digest-differs', 2],
    [
      'a time after all dates',
      `update ledger_entry set recorded_at = 8640000000000001 where timeline = $1 and position = 3`,
      'entry-malformed',
      3,
    ],
    [
      'a time beyond all numbers',
      `update ledger_entry set recorded_at = ${beyond} where timeline = $1 and position = 3`,
      'entry-malformed',
      3,
    ],
    [
      'a slot believed from beyond all numbers on',
      `update slot set known_from = ${beyond} where timeline = $1 and matter = 'reward'`,
      'unreadable',
      3,
    ],
    [
      'a head beyond all numbers',
      `update ledger_head set size = ${beyond} where timeline = $1`,
      'head-missing',
      6,
    ],
    [
      'a head that is further than anyone can count',
      `update ledger_head set size = ${Number.MAX_SAFE_INTEGER} where timeline = $1`,
      'position-missing',
      7,
    ],
    ['no head', `delete from ledger_head where timeline = $1`, 'head-missing', 6],
  ])(
    'is a finding where it cannot be read, in the background too: %s',
    async (_what, statement, code, position) => {
      const timeline = await store.recorded(story());
      expect((await store.owner.query(statement, [timeline])).rowCount).toBeGreaterThan(0);
      expect((await store.verify(timeline)).first).toMatchObject({ code, position });
      expect(await inSlices(store.readers, timeline)).toMatchObject({ code, position });
      await store.erase(timeline);
    },
  );

  it('is a finding where it cannot be read: an embargo without an end, forged with all that follows from it', async () => {
    const timeline = await store.recorded(story());
    await forge(store.database.ownerUrl, timeline, 3, (content) => ({ ...content, embargoedUntil: 5 }));
    const { findings } = await store.verify(timeline);
    const found = { code: 'payload-malformed', position: 3, detail: 'its payload is no development' };
    expect(findings).toContainEqual(found);
    expect(await inSlices(store.readers, timeline)).toEqual({ code: 'payload-malformed', position: 3 });
  });

  it('hides nothing of what lies behind it by not being readable', async () => {
    const timeline = await store.recorded(story());
    await store.owner.query(
      `update slot set known_from = ${beyond} where timeline = $1 and matter = 'deployment-1'`,
      [timeline],
    );
    await store.owner.query(`delete from slot where timeline = $1 and matter = 'reward'`, [timeline]);
    const { findings, checked } = await store.verify(timeline);
    expect(findings.map(({ code, position, matter }) => [code, position, matter])).toEqual([
      ['unreadable', 0, 'deployment-1'],
      ['slots-differ', 3, 'reward'],
    ]);
    expect(checked).toMatchObject({ streams: 1, matters: 1 });
  });
});
