import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg, { type Pool } from 'pg';
import { builtInKinds, type Content, type Recorded } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { CommitHints, entryBytes, Ledger, openLedger, tuneForAppends } from '#libs/ledger';
import { refoldMatter, situationsCompanion, slotsAt } from '#libs/situations';
import { leafHash } from '#libs/transparency';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import { forge } from '../../../test/support/forgery.js';
import { inSlices } from '../../../test/support/in-slices.js';
import { desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { histories } from '../../../test/support/random-history.js';
import { verifyTimeline } from './index.js';

let database: TestDatabase;
let readers: Pool;
let writers: Pool;
let owner: pg.Client;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  readers = createPool({ url: database.url, applicationName: 'test', log: silentLog });
  writers = tuneForAppends(createPool({ url: database.url, applicationName: 'test', log: silentLog }));
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  for (const table of ['ledger_entry', 'ledger_payload', 'ledger_tile', 'ledger_redaction']) {
    await owner.query(`alter table ${table} disable trigger user`);
  }
});
afterAll(async () => {
  await Promise.all([readers.end(), writers.end(), owner.end()]);
  await database.drop();
});

async function recorded(history: Recorded[], timeline = `v${serial++}`): Promise<string> {
  const client = await readers.connect();
  await openLedger(client, timeline);
  client.release();
  let now = 0;
  const ledger = new Ledger<Content>({
    writers,
    readers,
    companion: situationsCompanion(readers, builtInKinds),
    hints: new CommitHints(readers),
    clock: () => now,
  });
  for (let from = 0; from < history.length; from += 100) {
    const some = history.slice(from, from + 100);
    now = some[0]!.recordedAt;
    const proposals = some.map(({ content }) => ({
      id: content.id,
      freshId: false,
      stream: content.matter,
      content,
    }));
    await ledger.append(timeline, proposals, 'local');
  }
  return timeline;
}

/** Leaves nothing of a timeline. */
async function erase(timeline: string): Promise<void> {
  const own = ['ledger_entry', 'ledger_payload', 'ledger_tile', 'ledger_head', 'ledger_redaction'];
  const derived = ['matter', 'slot', 'slot_past', 'slot_state', 'note', 'decision', 'withheld', 'projection'];
  for (const table of [...own, ...derived]) {
    await owner.query(`delete from ${table} where timeline = $1`, [timeline]);
  }
}

/** Makes a matter's slots and notes anew from the first `size` entries. */
async function refold(timeline: string, matter: string, size: number): Promise<void> {
  const client = await readers.connect();
  await refoldMatter(client, builtInKinds, timeline, matter, size);
  client.release();
}

const verify = (timeline: string, options = {}) => verifyTimeline(readers, builtInKinds, timeline, options);

/** Two matters, seven entries: a late report, a correction, a plan that is called off, and what is retracted. */
const story = () =>
  ledgerOf(
    report('a', 'deployment.announced', '2025-02-01'),
    report('b', 'deployment.withdrawn', '2025-05-01'),
    report('c', 'deployment.underway', '2025-03-01'),
    { ...report('d', 'reward.offered', '2025-02-02'), matter: 'reward' },
    { ...report('e', 'deployment.reinforced', '2025-06-01'), mode: 'planned' as const },
    desk('record.corrected', 'a', { title: 'Another title' }),
    desk('record.retracted', 'e'),
  );

describe('a record that nobody touched', () => {
  it('is found whole, with counts of all that was looked at', async () => {
    const verdict = await verify(await recorded(story()));
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
        const { findings } = await verify(await recorded(history));
        expect(findings).toEqual([]);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  }, 120_000);

  it('is found whole with its tiles, and has the root that somebody kept of it', async () => {
    const many = Array.from({ length: 600 }, (_, n) => ({
      ...report(`n${n}`, 'deployment.announced', '2025-02-01'),
      matter: `m${n % 7}`,
    }));
    const timeline = await recorded(ledgerOf(...many));
    const first = await verify(timeline);
    expect(first).toMatchObject({ ok: true, checked: { tiles: 2, absentTiles: 0 } });
    const root = Buffer.from(first.root, 'base64');
    const kept = [{ size: 600, root, name: 'kept' }];
    expect((await verify(timeline, { kept })).ok).toBe(true);
    expect((await verify(timeline, { kept: [{ size: 599, root, name: 'kept' }] })).first).toMatchObject({
      code: 'root-differs',
      position: 598,
    });
    expect((await verify(timeline, { kept: [{ size: 601, root, name: 'kept' }] })).first).toMatchObject({
      code: 'root-differs',
      position: 600,
    });
    await owner.query(
      `update ledger_tile set hashes = overlay(hashes placing '\\x00'::bytea from 32 * 5 + 1) where timeline = $1 and index = 1`,
      [timeline],
    );
    expect((await verify(timeline)).first).toMatchObject({ code: 'tile-differs', position: 256 + 5 });
  });
});

describe('the tiles of a record', () => {
  const recordedMany = (count: number) =>
    recorded(
      ledgerOf(
        ...Array.from({ length: count }, (_, n) => ({
          ...report(`n${n}`, 'deployment.announced', '2025-02-01'),
          matter: `m${n % 7}`,
        })),
      ),
    );
  const plant = (timeline: string, level: number, index: number) =>
    owner.query(
      `insert into ledger_tile (timeline, level, index, root, hashes)
       select timeline, $2, $3, root, hashes from ledger_tile where timeline = $1 and level = 0 and index = 1`,
      [timeline, level, index],
    );

  it('are found missing where later ones are there, and only then', async () => {
    const timeline = await recordedMany(600);
    const take = (index: number) =>
      owner.query('delete from ledger_tile where timeline = $1 and index = $2', [timeline, index]);
    await take(0);
    const found = {
      code: 'tile-missing',
      position: 0,
      detail: 'tile 0 of level 0 is not stored, and later ones are',
    };
    expect((await verify(timeline)).findings).toEqual([found]);
    expect(await inSlices(readers, timeline)).toMatchObject({ code: 'tile-missing', position: 0 });
    await take(1);
    expect(await verify(timeline)).toMatchObject({ ok: true, checked: { tiles: 0, absentTiles: 2 } });
  });

  it('are found missing below one that is there', async () => {
    const timeline = await recordedMany(600);
    await plant(timeline, 1, 0);
    await owner.query('delete from ledger_tile where timeline = $1 and level = 0', [timeline]);
    const { findings } = await verify(timeline);
    expect(findings.filter(({ code }) => code === 'tile-missing')).toHaveLength(2);
  });

  it.each([
    [0, 2],
    [0, -1],
    [1, 0],
    [9, 0],
  ])('are found outside the ledger where no entries fill them: level %i, tile %i', async (level, index) => {
    const timeline = await recordedMany(600);
    await plant(timeline, level, index);
    const { findings } = await verify(timeline);
    const detail = `tile ${index} of level ${level} is stored, and the ledger’s entries do not fill it`;
    expect(findings).toContainEqual({ code: 'outside-the-ledger', position: 600, detail });
    expect(await inSlices(readers, timeline)).toMatchObject({ code: 'outside-the-ledger' });
  });
});

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
    const timeline = await recorded(story());
    for (const statement of statements) {
      const { rowCount } = await owner.query(statement, [timeline]);
      expect(rowCount).toBeGreaterThan(0);
    }
    const verdict = await verify(timeline);
    expect(verdict.first).toMatchObject({ code, position });
    expect(verdict.ok).toBe(false);
  });

  it('is found and named: an entry forged to be older than the one before', async () => {
    const timeline = await recorded(story());
    const { rows } = await owner.query<{ entry: Buffer; at: string }>(
      'select entry, recorded_at as at from ledger_entry where timeline = $1 and position = 3',
      [timeline],
    );
    const { payloadDigest, recordedBy } = JSON.parse(rows[0]!.entry.toString());
    const recordedAt = Number(rows[0]!.at) - 1;
    const digest = Buffer.from(payloadDigest, 'base64');
    const entry = entryBytes({ timeline, position: 3, recordedAt, recordedBy, payloadDigest: digest });
    await owner.query(
      'update ledger_entry set entry = $2, leaf_hash = $3, recorded_at = $4 where timeline = $1 and position = 3',
      [timeline, entry, leafHash(entry), recordedAt],
    );
    expect((await verify(timeline)).first).toMatchObject({ code: 'recorded-at-decreases', position: 3 });
  });

  it('is seen by whoever kept the root, when all was written anew and fits together', async () => {
    const timeline = await recorded(story());
    const { root } = await verify(timeline);
    const kept = [{ size: 7, root: Buffer.from(root, 'base64'), name: 'kept.txt' }];
    await erase(timeline);
    const forged = story().map(({ content }) => content);
    forged[1] = report('b', 'deployment.withdrawn', '2025-05-02');
    await recorded(ledgerOf(...(forged as Parameters<typeof ledgerOf>)), timeline);
    expect((await verify(timeline)).ok).toBe(true);
    const { first } = await verify(timeline, { kept });
    expect(first).toMatchObject({ code: 'root-differs', position: 6 });
    expect(first!.detail).toContain('kept.txt');
  });

  it('is seen by whoever kept the root, when the tail was cut off with all that spoke of it', async () => {
    const timeline = await recorded(story());
    const { root } = await verify(timeline);
    const kept = [{ size: 7, root: Buffer.from(root, 'base64'), name: 'kept.txt' }];
    for (const table of ['ledger_entry', 'ledger_payload', 'decision'])
      await owner.query(`delete from ${table} where timeline = $1 and position >= 5`, [timeline]);
    await owner.query(
      `update ledger_head h set size = 5, tip = e.leaf_hash, recorded_at = e.recorded_at
       from ledger_entry e where h.timeline = $1 and e.timeline = $1 and e.position = 4`,
      [timeline],
    );
    await refold(timeline, 'deployment-1', 5);
    expect((await verify(timeline)).findings).toEqual([]);
    expect((await verify(timeline, { kept })).first).toMatchObject({
      code: 'root-differs',
      position: 5,
      detail: 'kept.txt is of 7 entries, and there are 5: entries that were there are gone',
    });
  });

  it('is named by whoever kept the entries, when one of them was forged with all that follows from it', async () => {
    const timeline = await recorded(story());
    const { rows } = await owner.query<{ leaf: Buffer }>(
      'select leaf_hash as leaf from ledger_entry where timeline = $1 order by position',
      [timeline],
    );
    const root = Buffer.from((await verify(timeline)).root, 'base64');
    const kept = [{ size: 7, root, name: 'kept.tar', leaves: rows.map(({ leaf }) => leaf) }];
    expect((await verify(timeline, { kept })).findings).toEqual([]);
    await forge(database.ownerUrl, timeline, 2, (content) => ({ ...content, title: 'Forged' }));
    expect((await verify(timeline)).findings).toEqual([]);
    const { findings, first } = await verify(timeline, { kept });
    expect(first).toMatchObject({ code: 'kept-entry-differs', position: 2 });
    expect(findings.map(({ code, position }) => [code, position])).toEqual([
      ['kept-entry-differs', 2],
      ['root-differs', 6],
    ]);
  });
});

describe('slots that another version of the fold made', () => {
  it('are not as they should be, for nobody looked at them; the service rebuilds them by itself', async () => {
    const timeline = await recorded(story());
    await owner.query(`update slot_state set state = '{}' where timeline = $1`, [timeline]);
    await owner.query('update projection set fold_version = fold_version - 1 where timeline = $1', [
      timeline,
    ]);
    const { ok, wrong, first, checked } = await verify(timeline);
    expect({ ok, wrong, first }).toMatchObject({ ok: false, wrong: 1, first: { code: 'fold-differs' } });
    expect(first!.detail).toContain(`\`dateline rebuild ${timeline}\``);
    expect(checked).toMatchObject({ matters: 0, ofAnotherFold: 2 });
    expect(await inSlices(readers, timeline)).toBeNull();
  });
});

describe('a redaction', () => {
  /** As the service does it, but for what it derived. */
  const destroy = (timeline: string, redaction: number) =>
    owner.query('select ledger_redact($1, $2)', [timeline, redaction]);
  const redacted = async () => {
    const timeline = await recorded(
      ledgerOf(
        { ...report('a', 'reward.offered', '2025-02-02'), matter: 'reward' },
        report('b', 'deployment.underway', '2025-05-01'),
        desk('record.redacted', 'a'),
      ),
    );
    await destroy(timeline, 2);
    await refold(timeline, 'reward', 3);
    return timeline;
  };

  it('accounts for the payload that it names, and is counted', async () => {
    const verdict = await verify(await redacted());
    expect(verdict.findings).toEqual([]);
    expect(verdict.checked).toMatchObject({ entries: 3, payloads: 2, redacted: 1 });
  });

  it('of a matter’s first development leaves the others to be found', async () => {
    const timeline = await recorded(
      ledgerOf(
        report('a', 'deployment.announced', '2025-02-02'),
        report('b', 'deployment.underway', '2025-05-01'),
        desk('record.redacted', 'a'),
      ),
    );
    await destroy(timeline, 2);
    await refold(timeline, 'deployment-1', 3);
    expect((await verify(timeline)).findings).toEqual([]);
    const models = { timeline, generation: 1 };
    const [slot] = await slotsAt(readers, models, Date.parse('2025-06-01'), 2);
    expect(slot).toMatchObject({ matter: 'deployment-1', state: { lastDevelopment: 'b' } });
  });

  it('accounts for no other', async () => {
    const timeline = await redacted();
    await owner.query(
      `update ledger_payload set payload = null, salt = null where timeline = $1 and position = 1`,
      [timeline],
    );
    expect((await verify(timeline)).first).toMatchObject({ code: 'payload-missing', position: 1 });
  });

  it.each([
    ['its own', 1],
    ['another', 2],
  ])('accounts for one payload, and not for a second of the same id in %s matter', async (_whose, forged) => {
    const timeline = await recorded(
      ledgerOf(
        { ...report('a', 'reward.offered', '2025-02-02'), matter: 'reward' },
        { ...report('b', 'reward.changed', '2025-02-03'), matter: 'reward' },
        report('c', 'deployment.underway', '2025-05-01'),
        desk('record.redacted', 'a'),
      ),
    );
    await destroy(timeline, 3);
    const unique = 'constraint ledger_payload_id';
    await owner.query(`alter table ledger_payload drop ${unique}`);
    const at = [timeline, forged];
    for (const statement of [
      `update ledger_payload set payload = null, salt = null, id = 'a' where timeline = $1 and position = $2`,
      `update ledger_redaction set position = $2 where timeline = $1`,
      `update decision set target = $2 where timeline = $1 and position = 3`,
    ])
      await owner.query(statement, at);
    for (const each of ['reward', 'deployment-1']) await refold(timeline, each, 4);
    const { first, findings } = await verify(timeline);
    await erase(timeline);
    await owner.query(`alter table ledger_payload add ${unique} unique (timeline, id)`);
    const codes = findings.map(({ code, position }) => `${code} ${position}`);
    expect(codes).toContain(`id-repeated ${forged}`);
    expect(codes.filter((code) => code.startsWith('payload-missing'))).toEqual([`payload-missing ${forged}`]);
    expect(first).toMatchObject({ position: forged });
  });

  it('is found where nothing is destroyed that has the id it names', async () => {
    const timeline = await redacted();
    await owner.query(`update ledger_payload set id = 'z' where timeline = $1 and position = 0`, [timeline]);
    const { findings } = await verify(timeline);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'payload-missing', position: 0 }));
    expect(findings).toContainEqual(expect.objectContaining({ code: 'redacts-nothing', position: 2 }));
  });

  it('is found where what it names is still there, and where its slots are', async () => {
    const timeline = await recorded(
      ledgerOf(report('b', 'deployment.underway', '2025-05-01'), desk('record.redacted', 'b')),
    );
    expect((await verify(timeline)).first).toMatchObject({ code: 'redacted-still-there', position: 1 });
    await destroy(timeline, 1);
    expect((await verify(timeline)).first).toMatchObject({ code: 'slots-differ', position: 0 });
  });
});
