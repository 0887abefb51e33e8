/** The one Postgres server that every contender of a run works on, each in a database of its own. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { silentLog, startEmbeddedPostgres } from '#libs/database';

export interface BenchDatabase {
  url: string;
  drop(): Promise<void>;
}

export interface BenchPostgres {
  /** For instance `18.4`. */
  version: string;
  /** A new, empty database; `label` stands in its name. */
  createDatabase(label: string): Promise<BenchDatabase>;
  stop(): Promise<void>;
}

/** The server at DATABASE_URL, whose user must be allowed to create databases; else an embedded one. */
export async function startBenchPostgres(): Promise<BenchPostgres> {
  const url = process.env['DATABASE_URL'];
  if (url) return useServer(url, async () => {});
  const dataFolder = await makeDataFolder();
  const server = await startEmbeddedPostgres({ dataFolder, log: silentLog });
  return useServer(server.adminUrl, async () => {
    await server.stop();
    await rm(dataFolder, { recursive: true, force: true });
  });
}

/** A fresh folder that the user Postgres runs as can walk into, also when this process is root. */
export async function makeDataFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-bench-'));
  await chmod(folder, 0o711);
  return folder;
}

async function useServer(adminUrl: string, stop: () => Promise<void>): Promise<BenchPostgres> {
  const [row] = await ask(adminUrl, 'show server_version');
  const createDatabase = async (label: string): Promise<BenchDatabase> => {
    const name = `bench_${label}_${randomBytes(4).toString('hex')}`;
    await ask(adminUrl, `create database ${name}`);
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    return {
      url: url.href,
      drop: async () => {
        await ask(adminUrl, `drop database ${name} with (force)`);
        // What the dropped database left to be written must not be written during the next contender's turn.
        await ask(adminUrl, 'checkpoint');
      },
    };
  };
  return { version: String(row!['server_version']).split(' ')[0]!, createDatabase, stop };
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}
