import pg from 'pg';
import { builtInKinds, type Content, type Recorded } from '#libs/chronology';
import { CommitHints, Ledger } from '#libs/ledger';
import { refoldMatter, situationsCompanion } from '#libs/situations';
import { type KeptRoot, type Verdict, verifyTimeline } from '#libs/verification';
import { desk, ledgerOf, report } from './naive/handmade.js';
import { openStore, openTimeline, type Store } from './recorded-history.js';

/** A store whose ledger no trigger guards, so that its owner can write anywhere. */
export interface UnguardedStore extends Store {
  owner: pg.Client;
  /** Records a history in a new timeline, or in one that was erased, a hundred entries at a time. @returns its slug */
  recorded(history: Recorded[], timeline?: string): Promise<string>;
  /** Leaves nothing of a timeline. */
  erase(timeline: string): Promise<void>;
  /** Makes a matter's slots and notes anew from the first `size` entries. */
  refold(timeline: string, matter: string, size: number): Promise<void>;
  verify(timeline: string, options?: { kept?: KeptRoot[] }): Promise<Verdict>;
}

export async function openUnguarded(): Promise<UnguardedStore> {
  const store = await openStore();
  const owner = new pg.Client({ connectionString: store.database.ownerUrl });
  await owner.connect();
  for (const table of ['ledger_entry', 'ledger_payload', 'ledger_tile', 'ledger_redaction']) {
    await owner.query(`alter table ${table} disable trigger user`);
  }
  let serial = 0;
  return {
    ...store,
    owner,
    recorded: async (history, slug = `v${serial++}`) => {
      const timeline = await openTimeline(store, slug);
      await record(store, timeline, history);
      return timeline;
    },
    erase: (timeline) => erase(owner, timeline),
    refold: async (timeline, matter, size) => {
      const client = await store.readers.connect();
      await refoldMatter(client, { timeline, matter, size, builtIn: builtInKinds });
      client.release();
    },
    verify: (timeline, options) => verifyTimeline(store.readers, builtInKinds, timeline, options),
    close: async () => {
      await owner.end();
      await store.close();
    },
  };
}

/** Destroys nothing that a redaction names. */
async function record({ readers, writers }: Store, timeline: string, history: Recorded[]): Promise<void> {
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
}

async function erase(owner: pg.Client, timeline: string): Promise<void> {
  const own = ['ledger_entry', 'ledger_payload', 'ledger_tile', 'ledger_head', 'ledger_redaction'];
  const derived = ['matter', 'slot', 'slot_past', 'slot_state', 'note', 'decision', 'withheld', 'projection'];
  for (const table of [...own, ...derived]) {
    await owner.query(`delete from ${table} where timeline = $1`, [timeline]);
  }
}

/** Two matters, seven entries: a late report, a correction, a plan that is called off, and what is retracted. */
export const story = () =>
  ledgerOf(
    report('a', 'deployment.announced', '2025-02-01'),
    report('b', 'deployment.withdrawn', '2025-05-01'),
    report('c', 'deployment.underway', '2025-03-01'),
    { ...report('d', 'reward.offered', '2025-02-02'), matter: 'reward' },
    { ...report('e', 'deployment.reinforced', '2025-06-01'), mode: 'planned' as const },
    desk('record.corrected', 'a', { title: 'Another title' }),
    desk('record.retracted', 'e'),
  );

/** As many reports, of seven matters: from 256 on they fill tiles. */
export const manyReports = (count: number) =>
  ledgerOf(
    ...Array.from({ length: count }, (_, n) => ({
      ...report(`n${n}`, 'deployment.announced', '2025-02-01'),
      matter: `m${n % 7}`,
    })),
  );
