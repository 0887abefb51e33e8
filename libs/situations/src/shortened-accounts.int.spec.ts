import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { builtInKinds, type Content } from '#libs/chronology';
import { CommitHints, Ledger, readStreams } from '#libs/ledger';
import { openStore, openTimeline, type Store } from '../../../test/support/recorded-history.js';
import { foldMatterRows, readMatterRows, readStanding, situationsCompanion } from './index.js';
import type { SlotRecord } from './matter-rows.js';

let store: Store;

beforeAll(async () => (store = await openStore()));
afterAll(() => store.close());

const matters = ['a', 'b', 'c'];
const hour = 3_600_000;
const day = (n: number) =>
  new Date(Date.UTC(2025, 0, 1) + Math.round(n * 24) * hour).toISOString().slice(0, 16) + 'Z';

function development(id: string, matter: string, occurred: string): Content {
  const attribution = { by: 'navy', record: 'on-record' };
  const quantities = [{ of: 'ships', unit: 'ship', value: id.length + (id.charCodeAt(id.length - 1) % 7) }];
  const said = { title: id, timezone: 'UTC', mode: 'actual', assertion: 'reported', attribution, quantities };
  return { id, type: 'deployment.underway', matter, occurred, ...said } as unknown as Content;
}

function correction(id: string, matter: string, target: string): Content {
  const replacement = { occurred: day(3), title: 'moved' };
  return {
    id,
    type: 'record.corrected',
    matter,
    target,
    reason: 'It was earlier.',
    replacement,
  } as unknown as Content;
}

it.each([
  // Less than the three matters have: what is not shortened is dropped, again and again.
  { name: 'that give way', mostHeld: 300, fewest: 10, most: Infinity },
  // Each is cut to its end until it has to be held whole.
  { name: 'cut to what was enough', mostHeld: 100_000, fewest: 1, most: 9 },
])(
  'accounts $name are as right as whole ones, spare the reading of matters, and know what is still on its way',
  async ({ mostHeld, fewest, most }) => {
    const { readers, writers } = store;
    const timeline = `shortened-${mostHeld}`;
    await openTimeline(store, timeline);
    const companion = situationsCompanion(readers, builtInKinds, { mostHeld });
    const hints = new CommitHints(readers);
    const ledger = new Ledger<Content>({ writers, readers, companion, hints, clock: Date.now });
    const append = (...contents: Content[]) =>
      ledger.append(
        timeline,
        contents.map((content) => ({ id: content.id, freshId: false, stream: content.matter, content })),
        'local',
      );
    const asked = jest.spyOn(readers, 'query').mockClear();
    const readings = () =>
      asked.mock.calls.filter(([query]) => (query as unknown as { name?: string }).name === 'read-streams')
        .length;

    await append(development('c-undated', 'c', '[..2025-01-20]'));
    for (let n = 0; n < 200; n += 20) {
      for (const matter of matters) {
        await append(
          ...Array.from({ length: 20 }, (_, k) => development(`${matter}${n + k}`, matter, day(n + k))),
        );
      }
    }
    const before = readings();
    for (let n = 200; n < 210; n++) {
      for (const matter of matters) await append(development(`${matter}${n}`, matter, day(n)));
      for (const matter of matters) await append(development(`${matter}-late${n}`, matter, day(n - 20.5)));
    }
    expect(readings() - before).toBeLessThan(4);

    for (let n = 210; n < 220; n++) {
      const many = (matter: string) =>
        Array.from({ length: 16 }, (_, k) => development(`${matter}${n}.${k}`, matter, day(n + k / 24)));
      // None waits for another: what needs whole accounts is planned while what their ends sufficed for is on its way.
      await Promise.all([
        ...matters.map((matter) => append(...many(matter))),
        ...matters.map((matter) => append(development(`${matter}-far${n}`, matter, day(n / 10 + 0.5)))),
        ...matters.map((matter, index) => {
          if (n % 3 === index) return append(correction(`${matter}-desk${n}`, matter, `${matter}${n - 150}`));
          if (n % 4 === index)
            return append(development(`${matter}-some${n}`, matter, `[..2025-02-1${index}]`));
          return append(
            development(`${matter}${n}`, matter, day(n + 0.9)),
            development(`${matter}-next${n}`, matter, day(n + 0.95)),
          );
        }),
      ]);
    }
    expect(readings() - before).toBeGreaterThanOrEqual(fewest);
    expect(readings() - before).toBeLessThanOrEqual(most);

    const { models } = await readStanding(readers, timeline);
    const stored = await readMatterRows(readers, models, matters);
    for (const matter of matters) {
      const entries = await readStreams(readers, timeline, [matter], 1_000_000);
      const folded = await foldMatterRows(matter, entries, builtInKinds);
      expect(stored.get(matter)!.parked).toBeNull();
      expect(inOrder(stored.get(matter)!.slots)).toMatchObject(inOrder(folded.slots));
    }
  },
  60_000,
);

function inOrder(slots: SlotRecord[]): SlotRecord[] {
  return slots.sort((a, b) => a.knownFrom - b.knownFrom || a.validFrom - b.validFrom);
}
