/**
 * The bare limit of the store: rows into one table with the ledger's three unique indexes through `pg`, one
 * row a commit or many, from as many connections as there are clients. No order, no versions, no hashes.
 */
import pg from 'pg';
import type { PeerPlan } from './emmett-peer.js';
import type { BenchPostgres } from './postgres.js';
import { sampleDevelopment } from './sample-development.js';

export const bareTable = `
  create table bare (
    timeline text not null,
    position bigint not null,
    id text not null,
    matter text not null,
    version bigint not null,
    payload text not null,
    constraint bare_position primary key (timeline, position),
    constraint bare_id unique (timeline, id),
    constraint bare_version unique (timeline, matter, version)
  )`;

// A JSON record set for one row too: within the noise of plain parameters there, and faster from ten rows on.
const insert = `
  insert into bare (timeline, position, id, matter, version, payload)
  select 'bench', position, id, matter, version, payload
  from jsonb_to_recordset($1::jsonb) as row (position bigint, id text, matter text, version bigint, payload text)`;

/** Rows a second over the measured window, on a database of its own that is dropped afterwards. */
export async function bareInserts(postgres: BenchPostgres, plan: PeerPlan): Promise<number> {
  const database = await postgres.createDatabase('bare');
  const clients = Array.from(
    { length: plan.clients },
    () => new pg.Client({ connectionString: database.url }),
  );
  try {
    await Promise.all(clients.map((client) => client.connect()));
    await clients[0]!.query(bareTable);
    return await drive(clients, plan);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
    await database.drop();
  }
}

async function drive(clients: pg.Client[], plan: PeerPlan): Promise<number> {
  let position = 0;
  let appends = 0;
  let counted = 0;
  const began = performance.now() + plan.warmup * 1000;
  const until = began + plan.seconds * 1000;
  const client = async (connection: pg.Client): Promise<void> => {
    while (performance.now() < until) {
      const matter = `matter-${appends++}`;
      const rows = Array.from({ length: plan.batch }, (_, index) => {
        const development = sampleDevelopment('bare', position, matter, position);
        const payload = JSON.stringify(development);
        return { position: position++, id: development.id, matter, version: index + 1, payload };
      });
      await connection.query({ name: 'bare-insert', text: insert, values: [JSON.stringify(rows)] });
      const now = performance.now();
      if (now >= began && now < until) counted += plan.batch;
    }
  };
  await Promise.all(clients.map(client));
  return counted / plan.seconds;
}
