import { expect } from '@jest/globals';
import type { Pool } from 'pg';
import { builtInKinds, type Content, isWorld, type KindTable, type Recorded } from '#libs/chronology';
import { CommitHints, Ledger, openLedger, tuneForAppends } from '#libs/ledger';
import { createPool, silentLog } from '#libs/database';
import { notesAt, type ReadModels, situationsCompanion, slotsOfMatter } from '#libs/situations';
import { createTestDatabase, type TestDatabase } from './database.js';
import { naiveNotes, naiveSlotsAtEach, naiveUpcoming } from './naive/index.js';

/** A database of one test file's own, with the pools that a service has. */
export interface Store {
  database: TestDatabase;
  readers: Pool;
  writers: Pool;
  close(): Promise<void>;
}

export async function openStore(): Promise<Store> {
  const database = await createTestDatabase();
  const pool = () => createPool({ url: database.url, applicationName: 'test', log: silentLog });
  const [readers, writers] = [pool(), tuneForAppends(pool())];
  const close = async () => {
    await Promise.all([readers.end(), writers.end()]);
    await database.drop();
  };
  return { database, readers, writers, close };
}

export async function openTimeline({ readers }: Store, timeline: string): Promise<string> {
  const client = await readers.connect();
  await openLedger(client, timeline);
  client.release();
  return timeline;
}

/**
 * Records a history as processes would that take turns; entries of one instant go as one group. They presume as soon as
 * they may that what they have not seen is new, so that they are often wrong.
 */
export class Recorder {
  private readonly ledgers: Ledger<Content>[];
  private now = 0;
  private at = 0;
  private turn = 0;

  constructor(
    { readers, writers }: Store,
    private readonly timeline: string,
    private readonly history: Recorded[],
    processes = 1,
  ) {
    this.ledgers = Array.from(
      { length: processes },
      () =>
        new Ledger<Content>({
          writers,
          readers,
          companion: situationsCompanion(readers, builtInKinds),
          hints: new CommitHints(readers),
          clock: () => this.now,
          lookUps: 1,
        }),
    );
  }

  get done(): boolean {
    return this.at === this.history.length;
  }

  /** The next group of the history. */
  async recordNext(): Promise<void> {
    if (this.done) return;
    const from = this.at;
    this.now = this.history[from]!.recordedAt;
    while (this.history[this.at]?.recordedAt === this.now) this.at++;
    const proposals = this.history.slice(from, this.at).map(({ content }) => ({
      id: content.id,
      freshId: false,
      stream: content.matter,
      content,
      ...(content.type === 'record.redacted' && { destroys: true as const }),
    }));
    await this.ledgers[this.turn++ % this.ledgers.length]!.append(this.timeline, proposals, 'local');
  }

  async recordAll(): Promise<void> {
    while (!this.done) await this.recordNext();
  }
}

export const mattersOf = (history: Recorded[]) => [
  ...new Set(history.filter(({ content }) => isWorld(content)).map(({ content }) => content.matter)),
];

/** Holds every slot at every position, and the notes at some, against the naive fold of the history. */
export async function expectNaive(
  readers: Pool,
  models: ReadModels,
  history: Recorded[],
  kinds: KindTable = builtInKinds,
): Promise<void> {
  for (const matter of mattersOf(history)) {
    const expected = naiveSlotsAtEach(history, kinds, matter);
    for (const { position } of history) {
      const stored = await slotsOfMatter(readers, models, matter, {
        knownAt: position,
        after: null,
        limit: 1_000,
      });
      const slots = stored.map(({ validFrom, validTo, knownFrom, state }) => ({
        validFrom,
        validTo,
        knownFrom: knownFrom.position,
        state,
      }));
      expect(slots).toEqual(expected[position]);
    }
    for (const { position, bounds } of history) {
      if (bounds === null) continue;
      const point = { models, asOf: bounds.latest, knownAt: position };
      const beside = await notesAt(readers, point, [matter]);
      const { notes, upcoming } = beside.get(matter) ?? { notes: [], upcoming: [] };
      const written = (note: { bounds: { earliest: number | null } }) => ({
        ...note,
        bounds: { ...note.bounds, earliest: note.bounds.earliest ?? -Infinity },
      });
      expect(notes.map(written)).toEqual(naiveNotes(history, kinds, matter, bounds.latest, position));
      expect(upcoming.map(written)).toEqual(naiveUpcoming(history, kinds, matter, bounds.latest, position));
    }
  }
}
