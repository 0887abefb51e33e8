import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { testCluster } from './database.js';

/** A table that nobody else can touch: a slow database, as it were. */
export interface HeldTable {
  /** Resolves when something waits for the table. */
  wanted(): Promise<void>;
  /** Takes the connections of those that wait, as an administrator would. */
  cutWaiting(): Promise<void>;
  letGo(): Promise<void>;
}

export async function holdTable(databaseUrl: string, table: string): Promise<HeldTable> {
  const address = new URL(testCluster().adminUrl);
  address.pathname = new URL(databaseUrl).pathname;
  const holder = new pg.Client({ connectionString: address.href });
  // The database goes before it is let go where a test failed.
  holder.on('error', () => undefined);
  await holder.connect();
  await holder.query('begin');
  await holder.query(`lock table ${table} in access exclusive mode`);
  // Tables of other tests' databases, made from the same template, have the same oid.
  const waiting = `
    select pid from pg_locks l join pg_database d on d.oid = l.database
    where not granted and relation = '${table}'::regclass and datname = current_database()`;
  return {
    wanted: async () => {
      while ((await holder.query(waiting)).rowCount === 0) await sleep(10);
    },
    cutWaiting: async () => {
      await holder.query(`select pg_terminate_backend(pid) from (${waiting}) w`);
    },
    letGo: async () => {
      await holder.query('commit');
      await holder.end();
    },
  };
}
