import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import {
  builtInKinds,
  type Content,
  foldVersion,
  type Kind,
  type KindTable,
  type Phase,
  type Recorded,
} from '#libs/chronology';
import { CommitHints, Ledger, readHead } from '#libs/ledger';
import {
  countParkedMatters,
  dropKept,
  FoldIsNewer,
  FoldKeeper,
  KeptOfAnotherFold,
  NothingKept,
  readStanding,
  type RebuildSettings,
  rebuildTimeline,
  RebuildTakenOver,
  refoldMatter,
  returnToKept,
  situationsCompanion,
  slotsOfMatter,
  strayedTimelines,
} from '#libs/situations';
import { garble } from '../../../../test/support/forgery.js';
import { histories } from '../../../../test/support/random-history.js';
import {
  expectNaive,
  mattersOf,
  openStore,
  openTimeline,
  Recorder,
  type Store,
} from '../../../../test/support/recorded-history.js';

const nextFold = foldVersion + 1;

let store: Store;
let settings: RebuildSettings;
let serial = 0;
beforeAll(async () => {
  store = await openStore();
  settings = {
    pool: store.writers,
    kinds: builtInKinds,
    foldVersion,
    clock: Date.now,
    patience: 0,
  };
});
afterAll(() => store.close());

const newTimeline = () => openTimeline(store, `r${serial++}`);
const modelsOf = async (timeline: string) => (await readStanding(store.readers, timeline)).models;
const someHistory = () =>
  fc.sample(
    histories({ entries: 40, matters: 3 }).filter((history) => history.length > 20),
    { numRuns: 1, seed: 7 },
  )[0]!;

async function recorded(history: Recorded[]): Promise<string> {
  const timeline = await newTimeline();
  await new Recorder(store, timeline, history).recordAll();
  return timeline;
}

async function rowsOf(timeline: string, generation: number): Promise<number> {
  let count = 0;
  for (const table of ['matter', 'slot', 'slot_past', 'slot_state', 'note', 'parked_matter']) {
    const { rows } = await store.readers.query<{ count: number }>(
      `select count(*)::int4 as count from ${table} where timeline = $1 and generation = $2`,
      [timeline, generation],
    );
    count += rows[0]!.count;
  }
  return count;
}

describe('a rebuild', () => {
  it('gives the slots and notes of the naive fold, whatever one or two processes record meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 30, matters: 3 }).filter((history) => history.length > 1),
        fc.nat(),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 2 }),
        async (history, start, entries, processes) => {
          const timeline = await newTimeline();
          const recorder = new Recorder(store, timeline, history, processes);
          const before = start % history.length;
          for (let n = 0; n <= before; n++) await recorder.recordNext();
          const pause = () => recorder.recordNext();
          const report = await rebuildTimeline({ ...settings, entries, pause }, timeline);
          expect(report).toMatchObject({ generation: 2, differences: [], parked: [], resumed: false });
          await recorder.recordAll();
          const models = await modelsOf(timeline);
          expect(models.generation).toBe(2);
          await expectNaive(store.readers, models, history);
        },
      ),
      { numRuns: 12 },
    );
  }, 120_000);

  it('comes to its end while others append without a pause', async () => {
    const timeline = await newTimeline();
    const history = fc.sample(
      histories({ entries: 60, matters: 4 }).filter(({ length }) => length > 40),
      { numRuns: 1, seed: 3 },
    )[0]!;
    const recorder = new Recorder(store, timeline, history, 2);
    await recorder.recordNext();
    const recording = recorder.recordAll();
    let rebuilds = 0;
    while (!recorder.done) {
      await rebuildTimeline({ ...settings, entries: 5 }, timeline);
      rebuilds++;
    }
    await recording;
    expect(rebuilds).toBeGreaterThan(0);
    await expectNaive(store.readers, await modelsOf(timeline), history);
  }, 120_000);

  it('goes on where one that was cut short has stopped', async () => {
    const history = someHistory();
    const timeline = await recorded(history);
    for (const stopAt of [1, 2, 3]) {
      let steps = 0;
      const pause = () => (++steps === stopAt ? Promise.reject(new Error('cut short')) : Promise.resolve());
      await expect(rebuildTimeline({ ...settings, entries: 2, pause }, timeline)).rejects.toThrow(
        'cut short',
      );
      expect((await modelsOf(timeline)).generation).toBe(1);
    }
    const report = await rebuildTimeline(settings, timeline);
    expect(report).toMatchObject({ generation: 2, resumed: true, entries: history.length, differences: [] });
    await expectNaive(store.readers, await modelsOf(timeline), history);
  }, 60_000);

  it('is left to whoever has taken it over', async () => {
    const timeline = await recorded(someHistory());
    let other: Promise<unknown> | undefined;
    const pause = async () => void (await (other ??= rebuildTimeline(settings, timeline)));
    await expect(rebuildTimeline({ ...settings, entries: 2, pause }, timeline)).rejects.toThrow(
      RebuildTakenOver,
    );
    await expect(other).resolves.toMatchObject({ generation: 2, differences: [] });
  }, 60_000);

  it('is one rebuild where two begin at the same moment', async () => {
    for (let time = 0; time < 10; time++) {
      const timeline = await recorded(someHistory());
      const both = await Promise.allSettled([1, 2].map(() => rebuildTimeline(settings, timeline)));
      const refused = both.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(refused.length).toBeLessThan(2);
      for (const each of refused) expect(each).toBeInstanceOf(RebuildTakenOver);
    }
  }, 60_000);

  it('tells which matters were not as their ledger has them, and mends them', async () => {
    const history = someHistory();
    const timeline = await recorded(history);
    const { rows } = await store.readers.query<{ matter: string }>(
      `delete from slot where timeline = $1 and matter = (select min(matter) from slot where timeline = $1)
       returning matter`,
      [timeline],
    );
    const { differences, compared } = await rebuildTimeline(settings, timeline);
    expect(differences).toEqual([{ matter: rows[0]!.matter, rows: rows.length }]);
    expect(compared).toBe(mattersOf(history).length);
    await expectNaive(store.readers, await modelsOf(timeline), history);
  }, 60_000);

  it('heals a matter whose fold had failed', async () => {
    const timeline = await newTimeline();
    const history = someHistory();
    const brokenRow = (row: Kind): Kind => ({
      ...row,
      get phases(): Phase[] {
        throw new Error('a broken table of kinds');
      },
    });
    const broken = new Map([...builtInKinds].map(([name, row]) => [name, brokenRow(row)]));
    const ledger = ledgerOf(broken);
    for (const { content } of history) await append(ledger, timeline, content);
    expect(await countParkedMatters(store.readers)).toBeGreaterThan(0);
    const report = await rebuildTimeline(settings, timeline);
    expect(report).toMatchObject({ healed: mattersOf(history).sort(), parked: [], differences: [] });
    expect(await countParkedMatters(store.readers)).toBe(0);
    // What this process held of them is forgotten too.
    await append(ledgerOf(), timeline, { ...history[0]!.content, id: 'later' } as Content);
  }, 60_000);

  it('has nothing to do where nothing was recorded', async () => {
    expect(await rebuildTimeline(settings, await newTimeline())).toMatchObject({ generation: null });
  });
});

const ledgerOf = (kinds: KindTable = builtInKinds, fold = foldVersion) =>
  new Ledger<Content>({
    writers: store.writers,
    readers: store.readers,
    companion: situationsCompanion(store.readers, kinds, { foldVersion: fold }),
    hints: new CommitHints(store.readers),
    clock: () => Date.UTC(2025, 8, 1),
  });

const append = (ledger: Ledger<Content>, timeline: string, content: Content) =>
  ledger.append(timeline, [{ id: content.id, freshId: false, stream: content.matter, content }], 'local');

describe('the generation before', () => {
  it('is kept, takes in what came since, and answers again at once', async () => {
    const history = someHistory();
    const timeline = await newTimeline();
    const recorder = new Recorder(store, timeline, history, 2);
    for (let n = 0; n < 5; n++) await recorder.recordNext();
    await rebuildTimeline(settings, timeline);
    for (let n = 0; n < 5; n++) await recorder.recordNext();
    const pause = () => recorder.recordNext();
    expect(await returnToKept({ ...settings, entries: 2, pause }, timeline)).toMatchObject({ generation: 1 });
    await recorder.recordAll();
    const models = await modelsOf(timeline);
    expect(models.generation).toBe(1);
    await expectNaive(store.readers, models, history);
    expect(await returnToKept(settings, timeline)).toMatchObject({ generation: 2 });
    await expectNaive(store.readers, await modelsOf(timeline), history);
  }, 60_000);

  it('is deleted by the next rebuild, or when that is asked for; then there is none to return to', async () => {
    const timeline = await recorded(someHistory());
    await rebuildTimeline(settings, timeline);
    expect(await rowsOf(timeline, 1)).toBeGreaterThan(0);
    await rebuildTimeline(settings, timeline);
    expect([await rowsOf(timeline, 1), (await modelsOf(timeline)).generation]).toEqual([0, 3]);
    await dropKept(settings, timeline);
    expect(await rowsOf(timeline, 2)).toBe(0);
    expect(await rowsOf(timeline, 3)).toBeGreaterThan(0);
    await expect(returnToKept(settings, timeline)).rejects.toThrow(NothingKept);
    await expect(dropKept(settings, timeline)).rejects.toThrow(NothingKept);
  }, 60_000);
});

/** Every state from this development on names it, for none after it says how many troops there are. */
const development = (n: number): Content => ({
  id: `d${n}`,
  type: 'deployment.reinforced',
  matter: 'm',
  title: `Report ${n}`,
  occurred: `2025-02-${String(n + 1).padStart(2, '0')}`,
  timezone: 'UTC',
  reportedAt: '2025-08-01',
  mode: 'actual',
  assertion: 'reported',
  attribution: { by: 'us', record: 'on-record' },
  ...(n === 1 && { quantities: [{ of: 'troops', value: 7 }] }),
});

describe('read models of another fold', () => {
  /** Every phase of a deployment is open: another fold, as far as the states go. */
  const otherKinds: KindTable = new Map(
    [...builtInKinds].map(([name, kind]) => [
      name,
      { ...kind, phases: kind.phases.map((phase) => ({ ...phase, closed: !phase.closed })) },
    ]),
  );
  const later = () => ({ ...settings, kinds: otherKinds, foldVersion: nextFold });

  it('are never written into: what is recorded waits for the rebuild, and the older release refuses then', async () => {
    // Recorded at one instant, whatever the history says: what hangs on that is left out.
    const history = someHistory().map((entry) => ({
      ...entry,
      content: { ...entry.content, embargoedUntil: undefined } as unknown as Content,
    }));
    const timeline = await newTimeline();
    const [older, newer] = [ledgerOf(), ledgerOf(otherKinds, nextFold)];
    const half = Math.floor(history.length / 2);
    for (const { content } of history.slice(0, half)) await append(older, timeline, content);
    const rows = await rowsOf(timeline, 1);
    for (const [at, { content }] of history.slice(half).entries()) {
      await append(at % 2 === 0 ? newer : older, timeline, content);
    }
    const held = await readStanding(store.readers, timeline);
    expect(held).toMatchObject({ size: history.length, known: half, models: { generation: 1 } });
    expect(await rowsOf(timeline, 1)).toBe(rows);

    const report = await rebuildTimeline({ ...later(), entries: 3 }, timeline);
    expect(report).toMatchObject({ generation: 2, foldVersion: nextFold, compared: null });
    const { known, models } = await readStanding(store.readers, timeline);
    expect(known).toBe(history.length);
    await expectNaive(store.readers, models, history, otherKinds);
    const content = { ...history[0]!.content, id: 'one-more' } as Content;
    await expect(append(older, timeline, content)).rejects.toThrow(FoldIsNewer);
    expect((await readHead(store.readers, timeline)).size).toBe(history.length);
    await append(newer, timeline, content);
    await expect(returnToKept(later(), timeline)).rejects.toThrow(KeptOfAnotherFold);
    expect(await returnToKept(settings, timeline)).toMatchObject({ generation: 1 });
    expect((await readStanding(store.readers, timeline)).known).toBe(history.length + 1);
  }, 60_000);

  it('are begun anew where an older release redacts while they are built', async () => {
    const timeline = await newTimeline();
    const older = ledgerOf();
    const of = (matter: string, n: number) => ({ ...development(n), id: `${matter}${n}`, matter });
    for (const n of [0, 1, 2]) for (const matter of ['m', 'n']) await append(older, timeline, of(matter, n));
    let steps = 0;
    // The first step has folded the first matter.
    const pause = async () => void (++steps === 1 && (await redact(timeline, 2, 'm')));
    await expect(rebuildTimeline({ ...later(), entries: 1, pause }, timeline)).rejects.toThrow(
      RebuildTakenOver,
    );
    expect((await modelsOf(timeline)).generation).toBe(1);
    await expect(rebuildTimeline(later(), timeline)).resolves.toMatchObject({
      generation: 3,
      resumed: false,
    });
    const { models } = await readStanding(store.readers, timeline);
    const slots = await slotsOfMatter(store.readers, models, 'm', { knownAt: 5, after: null, limit: 1_000 });
    expect(slots.map(({ state }) => state.lastDevelopment)).toEqual(['m0', 'm2']);
  }, 60_000);
});

describe('a matter that is made anew', () => {
  const naming = async (timeline: string) => {
    const { rows } = await store.readers.query<{ generation: number }>(
      `select distinct generation from slot_state where timeline = $1 and state like '%"d1"%' order by generation`,
      [timeline],
    );
    return rows.map(({ generation }) => generation);
  };

  it('is what is left of it, in every generation, also in one that is being built', async () => {
    const timeline = await newTimeline();
    const ledger = ledgerOf();
    let recorded = 0;
    const recordMore = async (count: number) => {
      for (let n = 0; n < count; n++) await append(ledger, timeline, development(recorded++));
    };
    await recordMore(4);
    await rebuildTimeline(settings, timeline);
    let steps = 0;
    const stages: string[] = [];
    const pause = async () => {
      if (++steps > 1 && recorded < 20) await recordMore(2);
      if (stages.filter((stage) => stage === 'catching up').length !== 2 || recorded > 99) return;
      expect(await naming(timeline)).toEqual([2, 3]);
      await redact(timeline, 1, 'm');
      expect(await naming(timeline)).toEqual([]);
      recorded = 100;
    };
    const onProgress = ({ stage }: { stage: string }) => void stages.push(stage);
    const report = await rebuildTimeline({ ...settings, entries: 2, pause, onProgress }, timeline);
    expect(recorded).toBe(100);
    expect(report).toMatchObject({ generation: 3, differences: [], parked: [] });
    expect(await naming(timeline)).toEqual([]);
    expect(await returnToKept(settings, timeline)).toMatchObject({ generation: 2 });
    expect(await naming(timeline)).toEqual([]);
    expect(await rebuildTimeline(settings, timeline)).toMatchObject({ generation: 4, differences: [] });
  }, 60_000);
});

/** Destroys an entry's content as a lawful takedown does, and makes its matter anew. */
async function redact(timeline: string, position: number, matter: string): Promise<void> {
  const owner = new pg.Client({ connectionString: store.database.ownerUrl });
  await owner.connect();
  try {
    await owner.query('begin');
    const { rows } = await owner.query(`select size from ledger_head where timeline = $1 for update`, [
      timeline,
    ]);
    await owner.query('alter table ledger_payload disable trigger user');
    await owner.query(
      'update ledger_payload set payload = null, salt = null where timeline = $1 and position = $2',
      [timeline, position],
    );
    await owner.query('alter table ledger_payload enable trigger user');
    const client = owner as unknown as Parameters<typeof refoldMatter>[0];
    await refoldMatter(client, { timeline, matter, size: Number(rows[0].size), builtIn: builtInKinds });
    await owner.query('commit');
  } finally {
    await owner.end();
  }
}

describe('a service that rebuilds what is of an earlier fold', () => {
  it('goes on behind a timeline that cannot be rebuilt, names it once, and tries it again', async () => {
    const own = await openStore();
    const restore = await garble(own.database.ownerUrl, 'd1');
    const ledger = new Ledger<Content>({
      writers: own.writers,
      readers: own.readers,
      companion: situationsCompanion(own.readers, builtInKinds, { foldVersion: 1 }),
      hints: new CommitHints(own.readers),
      clock: () => Date.UTC(2025, 8, 1),
    });
    for (const timeline of ['a', 'b']) {
      await openTimeline(own, timeline);
      for (const n of timeline === 'a' ? [0, 1] : [0]) await append(ledger, timeline, development(n));
    }
    const said: string[] = [];
    const log = { info: () => undefined, warn: (line: string) => void said.push(line) };
    const keeper = new FoldKeeper({ ...settings, pool: own.writers, foldVersion: 2 }, log);
    const untilLeft = async (left: string[]) => {
      const strayed = async () => (await strayedTimelines(own.readers, 2)).map(({ timeline }) => timeline);
      while ((await strayed()).join() !== left.join()) await sleep(50);
    };
    keeper.start();
    await untilLeft(['a']);
    // It is tried again every five seconds.
    await sleep(6_000);
    expect(said).toEqual([expect.stringMatching(/read models of a cannot be rebuilt \(SyntaxError\)/)]);
    await restore();
    await untilLeft([]);
    await keeper.close();
    await own.close();
  }, 60_000);
});
