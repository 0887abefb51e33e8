import pg from 'pg';
import type { Log } from './log.js';

/** What a statement may be sent to: a pool, or one of its connections, which may be in a transaction. */
export type Database = pg.Pool | pg.PoolClient;

export interface PoolSettings {
  url: string;
  /** Shown in pg_stat_activity: what this pool is for. */
  applicationName: string;
  log: Log;
  /** Connections at most; 10 by default. */
  max?: number;
  /** Milliseconds after which the server gives up a statement; 0 for never. 30,000 by default. */
  statementTimeout?: number;
  /** Milliseconds to wait for a lock; 10,000 by default. */
  lockTimeout?: number;
}

/**
 * What a connection begins with, in SQL: it waits for the disk at each commit, also where the server, the database or
 * the role has it otherwise. Which replicas it waits for is the operator's to say. Both stay as they were when it was
 * opened: a reload of the server's settings does not reach what is set.
 */
const durableCommits = `
  select set_config('synchronous_commit', replace(current_setting('synchronous_commit'), 'off', 'on'), false);`;

/**
 * How statements are run, in SQL, whatever the server has it: on one core, as they come many at once, and without compiling
 * them, which takes longer than looking up some thousand rows by their keys.
 */
const forManyAtOnce = `
  set max_parallel_workers_per_gather = 0;
  set jit = off;`;

/** What each connection begins with, in SQL. */
export const connectionSettings = durableCommits + forManyAtOnce;

/**
 * A pool whose every wait has an end: pg itself sets no time-out. Connections that are lost while idle are
 * reported and replaced; a query in flight on one fails with an error that `isDatabaseAway` knows. What one commits is
 * on the disk when it says so.
 *
 * int8 comes as a number, and a value beyond 2^53 as an error instead of a rounded one. Other types come as
 * usual in pg: numeric as text, timestamptz as Date (whole milliseconds), json parsed.
 */
export function createPool(settings: PoolSettings): pg.Pool {
  const statementTimeout = settings.statementTimeout ?? 30_000;
  const pool = new pg.Pool({
    connectionString: settings.url,
    application_name: settings.applicationName,
    max: settings.max ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementTimeout,
    // For a server or network that has gone silent: the server's own time-out comes first where it can.
    ...(statementTimeout > 0 && { query_timeout: statementTimeout + 5_000 }),
    lock_timeout: settings.lockTimeout ?? 10_000,
    idle_in_transaction_session_timeout: 30_000,
    keepAlive: true,
    types: { getTypeParser },
  });
  // The pool waits for it, which its types do not say.
  Object.assign(pool.options, { onConnect: (client: pg.ClientBase) => client.query(connectionSettings) });
  // Without a listener, the end of an idle connection ends the process.
  pool.on('error', (error) => settings.log.warn(`A database connection was lost: ${error.message}`));
  // A client that is lent out has lost the pool's own listener; its query in flight, or its next one, fails.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const int8 = 20;
const int8Array = 1016;

const getTypeParser: typeof pg.types.getTypeParser = (oid: number, format?: 'text' | 'binary') => {
  if (format !== 'binary' && oid === int8) return parseInt8;
  if (format !== 'binary' && oid === int8Array) {
    const parse = (pg.types.getTypeParser as (oid: number) => (value: string) => unknown)(int8Array);
    return (value: string) => deepNumbers(parse(value));
  }
  return pg.types.getTypeParser(oid, format as 'text');
};

/** @throws RangeError when the value has no exact double */
export function parseInt8(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`The int8 ${value} is beyond 2^53.`);
  return number;
}

function deepNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(deepNumbers);
  return typeof value === 'string' ? parseInt8(value) : value;
}
