import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { histories, turningPoints } from '../../../test/support/random-history.js';
import {
  mattersOf,
  openStore,
  openTimeline,
  Recorder,
  type Store,
} from '../../../test/support/recorded-history.js';
import { besideAt, notesAt, notesTold, readNotes, readStanding } from './index.js';

let store: Store;
let serial = 0;

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

it('is, however few turns are read at a time, what stands beside the state at each position', async () => {
  await fc.assert(
    fc.asyncProperty(
      histories({ entries: 40, matters: 2 }).filter((history) => history.length > 0),
      fc.nat(),
      fc.integer({ min: 1, max: 3 }),
      async (history, pick, most) => {
        const timeline = await openTimeline(store, `notes-${serial++}`);
        await new Recorder(store, timeline, history, 1).recordAll();
        const { models } = await readStanding(store.readers, timeline);
        const turns = turningPoints(history);
        const asOf = turns[pick % turns.length]!;
        const head = history.length - 1;
        for (const matter of mattersOf(history)) {
          for (let after = -1; after < head;) {
            const { told, upTo } = await notesTold(
              store.readers,
              { models, asOf },
              matter,
              { after, upTo: head },
              most,
            );
            expect(upTo).toBeGreaterThan(after);
            for (let position = Math.max(after, 0); position <= upTo; position++) {
              const beside = await notesAt(store.readers, { models, asOf, knownAt: position }, [matter]);
              const none = { notes: [], upcoming: [] };
              expect(readNotes(besideAt(told, position))).toEqual(beside.get(matter) ?? none);
            }
            after = upTo;
          }
        }
      },
    ),
    { numRuns: 30 },
  );
}, 120_000);
