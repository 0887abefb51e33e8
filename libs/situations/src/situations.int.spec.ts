import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { builtInKinds, type Content, isWorld, type Recorded, type Slot } from '#libs/chronology';
import { createPool, silentLog } from '#libs/database';
import { CommitHints, Ledger, openLedger, readHead, tuneForAppends } from '#libs/ledger';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.js';
import {
  naiveNotes,
  naiveSlotsAtEach,
  naiveState,
  naiveUpcoming,
} from '../../../test/support/naive/index.js';
import { histories, turningPoints } from '../../../test/support/random-history.js';
import {
  notesAt,
  readStanding,
  situationsCompanion,
  slotsAt,
  slotsOfMatter,
  type StoredNote,
} from './index.js';

let database: TestDatabase;
let readers: Pool;
let writers: Pool;
let serial = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  readers = createPool({ url: database.url, applicationName: 'test', log: silentLog });
  writers = tuneForAppends(createPool({ url: database.url, applicationName: 'test', log: silentLog }));
});
afterAll(async () => {
  await Promise.all([readers.end(), writers.end()]);
  await database.drop();
});

/** Records a history as one process would, or as several do in turn; entries of one instant go as one group. */
async function recordHistory(history: Recorded[], processes: number): Promise<string> {
  const timeline = `h${serial++}`;
  const client = await readers.connect();
  await openLedger(client, timeline);
  client.release();
  let now = 0;
  const ledgers = Array.from(
    { length: processes },
    () =>
      new Ledger<Content>({
        writers,
        readers,
        companion: situationsCompanion(readers, builtInKinds),
        hints: new CommitHints(readers),
        clock: () => now,
      }),
  );
  for (let from = 0, to = 0, turn = 0; from < history.length; from = to, turn++) {
    now = history[from]!.recordedAt;
    while (history[to]?.recordedAt === now) to++;
    const proposals = history.slice(from, to).map(({ content }) => ({
      id: content.id,
      freshId: false,
      stream: content.matter,
      content,
    }));
    await ledgers[turn % processes]!.append(timeline, proposals, 'local');
  }
  return timeline;
}

const mattersOf = (history: Recorded[]) => [
  ...new Set(history.filter(({ content }) => isWorld(content)).map(({ content }) => content.matter)),
];

const asNaive = (notes: StoredNote[]) =>
  notes.map((note) => ({ ...note, bounds: { ...note.bounds, earliest: note.bounds.earliest ?? -Infinity } }));

describe('the stored situations', () => {
  it.each([1, 2])(
    'are those of the naive fold at every point of random histories (%i processes)',
    async (processes) => {
      await fc.assert(
        fc.asyncProperty(histories({ entries: 24, matters: 3 }), async (history) => {
          const timeline = await recordHistory(history, processes);
          const { models } = await readStanding(readers, timeline);
          for (const matter of mattersOf(history)) {
            const expected = naiveSlotsAtEach(history, builtInKinds, matter);
            for (const { position } of history) {
              const stored = await slotsOfMatter(readers, models, matter, position, null, 1_000);
              const slots: Slot[] = stored.map(({ validFrom, validTo, knownFrom, state }) => ({
                validFrom,
                validTo,
                knownFrom: knownFrom.position,
                state,
              }));
              expect(slots).toEqual(expected[position]);
            }
          }
        }),
        { numRuns: 12 },
      );
    },
    120_000,
  );

  it('answer any asOf and knownAt with the state and the notes of the naive fold', async () => {
    const points = fc.record({ asOf: fc.nat(), knownAt: fc.nat() });
    await fc.assert(
      fc.asyncProperty(
        histories({ entries: 30, matters: 4 }),
        fc.array(points, { minLength: 12, maxLength: 12 }),
        async (history, picked) => {
          fc.pre(history.length > 0);
          const timeline = await recordHistory(history, 1);
          const { models } = await readStanding(readers, timeline);
          const turns = turningPoints(history);
          for (const pick of picked) {
            const asOf = turns[pick.asOf % turns.length]!;
            const knownAt = pick.knownAt % history.length;
            const stored = await slotsAt(readers, models, asOf, knownAt);
            const matters = mattersOf(history).sort();
            const expected = matters.flatMap((matter) => {
              const state = naiveState(history, builtInKinds, matter, asOf, knownAt);
              return state ? [{ matter, state }] : [];
            });
            expect(stored.map(({ matter, state }) => ({ matter, state }))).toEqual(expected);
            const beside = await notesAt(readers, models, matters, asOf, knownAt);
            for (const matter of matters) {
              const { notes, upcoming } = beside.get(matter) ?? { notes: [], upcoming: [] };
              expect(asNaive(notes)).toEqual(naiveNotes(history, builtInKinds, matter, asOf, knownAt));
              expect(asNaive(upcoming)).toEqual(naiveUpcoming(history, builtInKinds, matter, asOf, knownAt));
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);
});

describe('a fold that throws', () => {
  it('parks its matter, visibly, and the development is recorded', async () => {
    const timeline = `h${serial++}`;
    const client = await readers.connect();
    await openLedger(client, timeline);
    client.release();
    const noKinds = {
      ...builtInKinds,
      get: () => {
        throw new Error('a broken table of kinds');
      },
    };
    const broken = Object.assign(new Map(builtInKinds), noKinds);
    const hints = new CommitHints(readers);
    const companion = situationsCompanion(readers, broken);
    const ledger = new Ledger<Content>({ writers, readers, companion, hints, clock: Date.now });
    const content: Content = {
      id: 'a',
      type: 'reward.offered',
      matter: 'm',
      title: 'A reward',
      occurred: '2025',
      timezone: 'UTC',
      mode: 'actual',
      assertion: 'reported',
      attribution: { by: 'us', record: 'on-record' },
    };
    const [appended] = await ledger.append(
      timeline,
      [{ id: 'a', freshId: false, stream: 'm', content }],
      'local',
    );
    expect(appended!.position).toBe(0);
    expect((await readHead(readers, timeline)).size).toBe(1);
    const { rows } = await readers.query('select matter, reason from parked_matter where timeline = $1', [
      timeline,
    ]);
    expect(rows).toEqual([{ matter: 'm', reason: 'a broken table of kinds' }]);
  });
});
