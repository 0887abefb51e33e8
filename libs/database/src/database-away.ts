import { types } from 'node:util';

/**
 * SQLSTATE classes and codes (PostgreSQL, Appendix A) that say "not now" of the server, not "never" of the
 * statement.
 */
const sqlStates = [
  /^08/, // connection exceptions
  /^53/, // insufficient resources: connections, memory, disk
  /^57P0[1-5]$/, // shut down, crashed, starting, dropped, idle session ended
  /^57014$/, // statement time-out
  /^55P03$/, // lock time-out
  /^25P0[34]$/, // idle-in-transaction and transaction time-outs
  /^25006$/, // read-only: a standby answers while another is made the primary
  /^(3D000|28000|28P01)$/, // no such database, role or password: one is being swapped for another
];

/**
 * With these a server ends a session, or does not let one begin (a database that takes no connections is 55000, as much
 * else is): whatever the reason, no statement is at fault. A server that speaks another language may spell them in it.
 */
const endsSession = new Set(['FATAL', 'PANIC']);

const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  // The embedded server's socket, between its death and its next start.
  'ENOENT',
]);

/** What pg-pool 3.14 says when none of its connections came free in time; of a server out of reach it says otherwise. */
const exhausted = 'timeout exceeded when trying to connect';

/** What else pg and pg-pool say without a code, as of pg 8.23 and pg-pool 3.14. */
const words =
  /^(Connection terminated|timeout expired|Query read timeout|Client has encountered a connection error|Client was closed and is not queryable|Cannot use a pool after calling end)/;

/** Whether an error of pg says that the database cannot be asked just now: the same again later may succeed. */
export function isDatabaseAway(error: unknown): boolean {
  if (!types.isNativeError(error)) return false;
  const { code, syscall, severity } = error as { code?: unknown; syscall?: unknown; severity?: string };
  if (severity !== undefined && endsSession.has(severity)) return true;
  if (typeof code === 'string') {
    // A file that is not there is ENOENT too; only of a connection does it speak of the database.
    if (code === 'ENOENT') return syscall === 'connect';
    return systemCodes.has(code) || sqlStates.some((state) => state.test(code));
  }
  return words.test(error.message) || isPoolExhausted(error);
}

/** Whether the database has no room left on its disk: it answers, and records nothing until somebody makes some. */
export function isDatabaseFull(error: unknown): boolean {
  return types.isNativeError(error) && (error as { code?: unknown }).code === '53100';
}

/** Whether all connections of a pool were in use for too long, by others: the database may well be there. */
export function isPoolExhausted(error: unknown): boolean {
  return types.isNativeError(error) && error.message === exhausted;
}
