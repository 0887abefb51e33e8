import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { builtInKinds, type Content } from '#libs/chronology';
import { CommitHints, Ledger, type Proposal, readRange, Run } from '#libs/ledger';
import { report } from '../../../test/support/naive/handmade.js';
import { openStore, openTimeline, type Store } from '../../../test/support/recorded-history.js';
import { indexLog, indexRowsApart, situationsCompanion } from './index.js';

let store: Store;
beforeAll(async () => (store = await openStore()));
afterAll(() => store.close());

let serial = 0;
let timeline: string;
beforeEach(async () => (timeline = await openTimeline(store, `t${serial++}`)));

describe('many developments that come one behind the other', () => {
  it('are indexed with their entries from the first on', async () => {
    const ledger = openedBy();
    await append(ledger, bulk(3));
    expect(await index()).toEqual({ size: 3, rows: [0, 1, 2], apart: [] });
    await append(ledger, bulk(2));
    expect(await index()).toEqual({ size: 5, rows: [0, 1, 2, 3, 4], apart: [] });
  });

  it('are indexed with their entries behind a log that is indexed', async () => {
    const ledger = openedBy();
    await append(ledger, single());
    await indexLog(store.readers, timeline, 1);
    await append(ledger, bulk(2));
    expect(await index()).toEqual({ size: 3, rows: [0, 1, 2], apart: [] });
  });

  it('wait for a log that is not indexed, or not yet known to the index', async () => {
    const ledger = openedBy();
    await append(ledger, single());
    await append(ledger, bulk(2));
    expect(await index()).toEqual({ size: 0, rows: [], apart: [] });
    await indexLog(store.readers, timeline, 3);
    await append(ledger, single());
    await append(ledger, bulk(1));
    expect(await index()).toEqual({ size: 3, rows: [0, 1, 2], apart: [] });
    await indexLog(store.readers, timeline, 5);
    expect(await index()).toEqual({ size: 5, rows: [0, 1, 2, 3, 4], apart: [] });
  });

  it('have those of others that come between them indexed too', async () => {
    const ledger = openedBy();
    // Those behind the first wait while it is written, and go together.
    await Promise.all([append(ledger, bulk(1)), append(ledger, single()), append(ledger, bulk(1))]);
    expect(await index()).toEqual({ size: 3, rows: [0, 1, 2], apart: [] });
  });

  it('are indexed once where two processes record them', async () => {
    const [one, other] = [openedBy(), openedBy()];
    for (let n = 0; n < 5; n++) await Promise.all([append(one, bulk(20)), append(other, bulk(20))]);
    await indexLog(store.readers, timeline, 200);
    const { size, rows, apart } = await index();
    expect({ size, apart }).toEqual({ size: 200, apart: [] });
    expect(rows).toEqual(Array.from({ length: 200 }, (_, position) => position));
  });

  it('have an index of those that are recorded, where another is refused', async () => {
    const ledger = openedBy();
    const proposals = [...bulk(2), ...bulk(1), ...bulk(1)];
    proposals[2] = { ...proposals[2]!, id: proposals[0]!.id };
    await expect(ledger.append(timeline, proposals, 'local', new Run())).rejects.toThrow();
    expect(await index()).toEqual({ size: 2, rows: [0, 1], apart: [] });
  });
});

function openedBy(): Ledger<Content> {
  const { readers, writers } = store;
  const companion = situationsCompanion(readers, builtInKinds);
  return new Ledger<Content>({
    readers,
    writers,
    companion,
    hints: new CommitHints(readers),
    clock: () => 0,
  });
}

let made = 0;

function single(): Proposal<Content>[] {
  const id = `d${made++}`;
  const content = report(id, 'deployment.announced', '2025-02-01', { text: `Words of ${id}` });
  return [{ id, freshId: false, stream: content.matter, content }];
}

function bulk(count: number): Proposal<Content>[] {
  return Array.from({ length: count }, () => ({ ...single()[0]!, bulk: true }));
}

const append = (ledger: Ledger<Content>, proposals: Proposal<Content>[]) =>
  ledger.append(timeline, proposals, 'local');

/** How far the index is, what has a row, and what has not the row that its entry gives. */
async function index() {
  const { readers } = store;
  const ask = async (sql: string) =>
    (await readers.query<{ value: number }>(sql, [timeline])).rows.map((r) => r.value);
  const [size = 0] = await ask('select size as value from log_index where timeline = $1');
  const rows = await ask('select position as value from development where timeline = $1 order by position');
  const apart = await indexRowsApart(readers, timeline, await readRange(readers, timeline, 0, 1_000));
  return { size, rows, apart };
}
