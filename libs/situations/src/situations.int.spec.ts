import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pool } from 'pg';
import { builtInKinds, type Content, type Phase, type Recorded } from '#libs/chronology';
import { CommitHints, Ledger, readHead } from '#libs/ledger';
import { naiveNotes, naiveState, naiveUpcoming } from '../../../test/support/naive/index.js';
import { histories, turningPoints } from '../../../test/support/random-history.js';
import {
  expectNaive,
  mattersOf,
  openStore,
  openTimeline,
  Recorder,
  type Store,
} from '../../../test/support/recorded-history.js';
import { notesAt, readStanding, situationsCompanion, slotsAt, type StoredNote } from './index.js';

let store: Store;
let readers: Pool;
let writers: Pool;
let serial = 0;

beforeAll(async () => {
  store = await openStore();
  ({ readers, writers } = store);
});
afterAll(() => store.close());

async function recordHistory(history: Recorded[], processes: number): Promise<string> {
  const timeline = await openTimeline(store, `h${serial++}`);
  await new Recorder(store, timeline, history, processes).recordAll();
  return timeline;
}

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
          await expectNaive(readers, models, history);
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
            const stored = await slotsAt(readers, { models, asOf, knownAt });
            const matters = mattersOf(history).sort();
            const expected = matters.flatMap((matter) => {
              const state = naiveState(history, builtInKinds, matter, asOf, knownAt);
              return state ? [{ matter, state }] : [];
            });
            expect(stored.map(({ matter, state }) => ({ matter, state }))).toEqual(expected);
            const beside = await notesAt(readers, { models, asOf, knownAt }, matters);
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
    const timeline = await openTimeline(store, `h${serial++}`);
    const reward = {
      ...builtInKinds.get('reward')!,
      get phases(): Phase[] {
        throw new Error('a broken table of kinds');
      },
    };
    const broken = new Map([...builtInKinds, ['reward', reward]]);
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
