/**
 * The peer: Emmett's event store for Postgres, called in this process (no HTTP, no keys, no proofs, no
 * projections), as a reader of its documentation would set it up.
 */
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import type { PostgresEventStore } from '@event-driven-io/emmett-postgresql';
import type { BenchPostgres } from './postgres.js';
import { sampleDevelopment } from './sample-development.js';

export interface PeerPlan {
  clients: number;
  /** Events an append; each append opens a new stream. */
  batch: number;
  seconds: number;
  warmup: number;
}

/** Events a second over the measured window, on a database of its own that is dropped afterwards. */
export async function emmettAppends(postgres: BenchPostgres, plan: PeerPlan): Promise<number> {
  const database = await postgres.createDatabase('emmett');
  const store = getPostgreSQLEventStore(database.url);
  try {
    await store.schema.migrate();
    return await drive(store, plan);
  } finally {
    await store.close();
    await database.drop();
  }
}

async function drive(store: PostgresEventStore, plan: PeerPlan): Promise<number> {
  let sent = 0;
  let appends = 0;
  let counted = 0;
  const began = performance.now() + plan.warmup * 1000;
  const until = began + plan.seconds * 1000;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const matter = `matter-${appends++}`;
      const events = Array.from({ length: plan.batch }, () => {
        const { type, ...data } = sampleDevelopment('emmett', sent, matter, sent++);
        return { type, data };
      });
      await store.appendToStream(matter, events);
      const now = performance.now();
      if (now >= began && now < until) counted += plan.batch;
    }
  };
  await Promise.all(Array.from({ length: plan.clients }, client));
  return counted / plan.seconds;
}
