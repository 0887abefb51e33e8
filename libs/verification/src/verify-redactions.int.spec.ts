import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { slotsAt } from '#libs/situations';
import { desk, ledgerOf, report } from '../../../test/support/naive/handmade.js';
import { openUnguarded, type UnguardedStore } from '../../../test/support/unguarded-store.js';

let store: UnguardedStore;
beforeAll(async () => (store = await openUnguarded()));
afterAll(() => store.close());

describe('a redaction', () => {
  /** As the service does it, but for what it derived. */
  const destroy = (timeline: string, redaction: number) =>
    store.owner.query('select ledger_redact($1, $2)', [timeline, redaction]);
  const redacted = async () => {
    const timeline = await store.recorded(
      ledgerOf(
        { ...report('a', 'reward.offered', '2025-02-02'), matter: 'reward' },
        report('b', 'deployment.underway', '2025-05-01'),
        desk('record.redacted', 'a'),
      ),
    );
    await destroy(timeline, 2);
    await store.refold(timeline, 'reward', 3);
    return timeline;
  };

  it('accounts for the payload that it names, and is counted', async () => {
    const verdict = await store.verify(await redacted());
    expect(verdict.findings).toEqual([]);
    expect(verdict.checked).toMatchObject({ entries: 3, payloads: 2, redacted: 1 });
  });

  it('of a matter’s first development leaves the others to be found', async () => {
    const timeline = await store.recorded(
      ledgerOf(
        report('a', 'deployment.announced', '2025-02-02'),
        report('b', 'deployment.underway', '2025-05-01'),
        desk('record.redacted', 'a'),
      ),
    );
    await destroy(timeline, 2);
    await store.refold(timeline, 'deployment-1', 3);
    expect((await store.verify(timeline)).findings).toEqual([]);
    const models = { timeline, generation: 1 };
    const [slot] = await slotsAt(store.readers, { models, asOf: Date.parse('2025-06-01'), knownAt: 2 });
    expect(slot).toMatchObject({ matter: 'deployment-1', state: { lastDevelopment: 'b' } });
  });

  it('accounts for no other', async () => {
    const timeline = await redacted();
    await store.owner.query(
      `update ledger_payload set payload = null, salt = null where timeline = $1 and position = 1`,
      [timeline],
    );
    expect((await store.verify(timeline)).first).toMatchObject({ code: 'payload-missing', position: 1 });
  });

  it.each([
    ['its own', 1],
    ['another', 2],
  ])('accounts for one payload, and not for a second of the same id in %s matter', async (_whose, forged) => {
    const timeline = await store.recorded(
      ledgerOf(
        { ...report('a', 'reward.offered', '2025-02-02'), matter: 'reward' },
        { ...report('b', 'reward.changed', '2025-02-03'), matter: 'reward' },
        report('c', 'deployment.underway', '2025-05-01'),
        desk('record.redacted', 'a'),
      ),
    );
    await destroy(timeline, 3);
    const unique = 'constraint ledger_payload_id';
    await store.owner.query(`alter table ledger_payload drop ${unique}`);
    const at = [timeline, forged];
    for (const statement of [
      `update ledger_payload set payload = null, salt = null, id = 'a' where timeline = $1 and position = $2`,
      `update ledger_redaction set position = $2 where timeline = $1`,
      `update decision set target = $2 where timeline = $1 and position = 3`,
    ])
      await store.owner.query(statement, at);
    for (const each of ['reward', 'deployment-1']) await store.refold(timeline, each, 4);
    const { first, findings } = await store.verify(timeline);
    await store.erase(timeline);
    await store.owner.query(`alter table ledger_payload add ${unique} unique (timeline, id)`);
    const codes = findings.map(({ code, position }) => `${code} ${position}`);
    expect(codes).toContain(`id-repeated ${forged}`);
    expect(codes.filter((code) => code.startsWith('payload-missing'))).toEqual([`payload-missing ${forged}`]);
    expect(first).toMatchObject({ position: forged });
  });

  it('is found where nothing is destroyed that has the id it names', async () => {
    const timeline = await redacted();
    await store.owner.query(`update ledger_payload set id = 'z' where timeline = $1 and position = 0`, [
      timeline,
    ]);
    const { findings } = await store.verify(timeline);
    expect(findings).toContainEqual(expect.objectContaining({ code: 'payload-missing', position: 0 }));
    expect(findings).toContainEqual(expect.objectContaining({ code: 'redacts-nothing', position: 2 }));
  });

  it('is found where what it names is still there, and where its slots are', async () => {
    const timeline = await store.recorded(
      ledgerOf(report('b', 'deployment.underway', '2025-05-01'), desk('record.redacted', 'b')),
    );
    expect((await store.verify(timeline)).first).toMatchObject({ code: 'redacted-still-there', position: 1 });
    await destroy(timeline, 1);
    expect((await store.verify(timeline)).first).toMatchObject({ code: 'slots-differ', position: 0 });
  });
});
