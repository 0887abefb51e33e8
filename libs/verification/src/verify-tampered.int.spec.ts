import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryBytes } from '#libs/ledger';
import { leafHash } from '#libs/transparency';
import { openUnguarded, story, type UnguardedStore } from '../../../test/support/unguarded-store.js';

let store: UnguardedStore;
beforeAll(async () => (store = await openUnguarded()));
afterAll(() => store.close());

const flip = (column: string) => `set ${column} = set_byte(${column}, 40, get_byte(${column}, 40) # 1)`;
const swap = (table: string, a: number, b: number) => [
  `update ${table} set position = -1 where timeline = $1 and position = ${a}`,
  `update ${table} set position = ${a} where timeline = $1 and position = ${b}`,
  `update ${table} set position = ${b} where timeline = $1 and position = -1`,
];

describe('what somebody who can write anywhere did', () => {
  it.each<[string, string[], string, number]>([
    [
      'a byte of a payload',
      [`update ledger_payload ${flip('payload')} where timeline = $1 and position = 2`],
      'payload-digest-differs',
      2,
    ],
    [
      'a byte of a salt',
      [
        `update ledger_payload set salt = set_byte(salt, 3, get_byte(salt, 3) # 1) where timeline = $1 and position = 4`,
      ],
      'payload-digest-differs',
      4,
    ],
    [
      'a byte of an entry',
      [`update ledger_entry ${flip('entry')} where timeline = $1 and position = 3`],
      'leaf-hash-differs',
      3,
    ],
    [
      'a leaf hash',
      [
        `update ledger_entry set leaf_hash = set_byte(leaf_hash, 1, get_byte(leaf_hash, 1) # 1) where timeline = $1 and position = 3`,
      ],
      'leaf-hash-differs',
      3,
    ],
    [
      'when something was recorded',
      [`update ledger_entry set recorded_at = recorded_at - 1 where timeline = $1 and position = 3`],
      'entry-differs',
      3,
    ],
    [
      'an id',
      [`update ledger_payload set id = 'other' where timeline = $1 and position = 1`],
      'columns-differ',
      1,
    ],
    [
      'a stream',
      [`update ledger_payload set stream = 'other' where timeline = $1 and position = 1`],
      'columns-differ',
      1,
    ],
    [
      'a version',
      [`update ledger_payload set version = 99 where timeline = $1 and position = 2`],
      'columns-differ',
      2,
    ],
    ['two entries in each other’s place', swap('ledger_entry', 2, 3), 'entry-differs', 2],
    ['two payloads in each other’s place', swap('ledger_payload', 2, 3), 'payload-digest-differs', 2],
    [
      'two rows in each other’s place, entry and payload',
      [...swap('ledger_entry', 2, 3), ...swap('ledger_payload', 2, 3)],
      'entry-differs',
      2,
    ],
    [
      'an entry taken out',
      [`delete from ledger_entry where timeline = $1 and position = 2`],
      'entry-missing',
      2,
    ],
    [
      'a payload’s row taken out',
      [`delete from ledger_payload where timeline = $1 and position = 2`],
      'payload-row-missing',
      2,
    ],
    [
      'a payload destroyed without a redaction',
      [`update ledger_payload set payload = null, salt = null where timeline = $1 and position = 2`],
      'payload-missing',
      2,
    ],
    [
      'the tail cut off',
      [
        `delete from ledger_entry where timeline = $1 and position >= 5`,
        `delete from ledger_payload where timeline = $1 and position >= 5`,
      ],
      'position-missing',
      5,
    ],
    ['a smaller head', [`update ledger_head set size = 6 where timeline = $1`], 'outside-the-ledger', 6],
    ['a larger head', [`update ledger_head set size = 8 where timeline = $1`], 'position-missing', 7],
    ['another tip', [`update ledger_head set tip = '\\x00' where timeline = $1`], 'head-differs', 6],
    [
      'another time in the head',
      [`update ledger_head set recorded_at = 1 + recorded_at where timeline = $1`],
      'head-differs',
      6,
    ],
    [
      'the text of a state',
      [`update slot_state set state = replace(state, 'Another title', 'A wrong title') where timeline = $1`],
      'slots-differ',
      5,
    ],
    [
      'where a slot begins to be believed',
      [`update slot set known_from = 6 where timeline = $1 and matter = 'reward'`],
      'slots-differ',
      3,
    ],
    ['a slot taken out', [`delete from slot where timeline = $1 and matter = 'reward'`], 'slots-differ', 3],
    [
      'a slot too many',
      [
        `insert into slot (timeline, generation, matter, valid_from, valid_to, known_from, state_position, state_ordinal) select timeline, generation, matter, valid_from + 1000, valid_to, 6, state_position, state_ordinal from slot where timeline = $1 and matter = 'reward'`,
      ],
      'slots-differ',
      6,
    ],
    [
      'how far a past slot reached',
      [`update slot_past set valid_to = valid_to + 1 where timeline = $1 and known_from = 1`],
      'slots-differ',
      1,
    ],
    [
      'until when a past slot was believed',
      [
        `update slot_past set known_to = known_to + 1, area = box(point((area[0])[0], (area[0])[1] + 1), area[1]) where timeline = $1 and known_from = 0 and known_to = 1`,
      ],
      'slots-differ',
      1,
    ],
    [
      'where a past slot is looked for',
      [`update slot_past set area = box(point(0, 0), point(1, 1)) where timeline = $1 and known_from = 1`],
      'slots-differ',
      1,
    ],
    [
      'a past slot taken out',
      [`delete from slot_past where timeline = $1 and known_from = 1`],
      'slots-differ',
      1,
    ],
    [
      'a note',
      [`update note set note = replace(note::text, 'planned', 'negated')::json where timeline = $1`],
      'notes-differ',
      4,
    ],
    ['until when a note stood', [`update note set known_to = 5 where timeline = $1`], 'notes-differ', 5],
    [
      'a matter’s beginning',
      [`update matter set first_position = 0 where timeline = $1 and matter = 'reward'`],
      'matter-differs',
      3,
    ],
    [
      'a matter that there is not',
      [`insert into matter (timeline, generation, matter, first_position) values ($1, 1, 'ghost', 0)`],
      'matter-of-nothing',
      0,
    ],
    [
      'a matter that is parked',
      [
        `insert into parked_matter (timeline, generation, matter, position, reason) values ($1, 1, 'reward', 3, 'x')`,
      ],
      'matter-parked',
      3,
    ],
  ])('is found and named: %s', async (_what, statements, code, position) => {
    const timeline = await store.recorded(story());
    for (const statement of statements) {
      const { rowCount } = await store.owner.query(statement, [timeline]);
      expect(rowCount).toBeGreaterThan(0);
    }
    const verdict = await store.verify(timeline);
    expect(verdict.first).toMatchObject({ code, position });
    expect(verdict.ok).toBe(false);
  });

  it('is found and named: an entry forged to be older than the one before', async () => {
    const timeline = await store.recorded(story());
    const { rows } = await store.owner.query<{ entry: Buffer; at: string }>(
      'select entry, recorded_at as at from ledger_entry where timeline = $1 and position = 3',
      [timeline],
    );
    const { payloadDigest, recordedBy } = JSON.parse(rows[0]!.entry.toString());
    const recordedAt = Number(rows[0]!.at) - 1;
    const digest = Buffer.from(payloadDigest, 'base64');
    const entry = entryBytes({ timeline, position: 3, recordedAt, recordedBy, payloadDigest: digest });
    await store.owner.query(
      'update ledger_entry set entry = $2, leaf_hash = $3, recorded_at = $4 where timeline = $1 and position = 3',
      [timeline, entry, leafHash(entry), recordedAt],
    );
    expect((await store.verify(timeline)).first).toMatchObject({
      code: 'recorded-at-decreases',
      position: 3,
    });
  });
});
