import path from 'node:path';
import { createPool, isDatabaseAway, openDatabase, DatabaseUnusable } from '#libs/database';
import { CommitHints } from '#libs/ledger';
import { Vocabularies } from '#libs/situations';
import { Points, TimelineDirectory } from '#libs/timelines';
import type { CommandSettings } from './command-settings.js';
import { isOfFiles } from './file-error.js';
import { log } from './log.js';
import { tellFailure } from './tell-failure.js';

export type Readers = ReturnType<typeof createPool>;

/** What commands ask: the database as the service's role, and points on the two clocks. */
export interface Reading {
  readers: Readers;
  /** The database's address, as the service's role. */
  url: string;
  points: Points;
  directory: TimelineDirectory;
  vocabularies: Vocabularies;
}

/** Minutes that one statement of a command may take, in ms: it reads more at once than a service does. */
const statementTimeout = 10 * 60_000;

/** Opens the database for one command, and closes it behind it. What the operator can mend is said, with exit code 1. */
export async function withDatabase(
  { dataFolder, databaseUrl, json }: CommandSettings,
  work: (reading: Reading) => Promise<number>,
): Promise<number> {
  try {
    const database = await openDatabase({ databaseUrl, dataFolder, log });
    const url = database.serviceUrl;
    const readers = createPool({ url, log, applicationName: 'dateline command', max: 4, statementTimeout });
    try {
      const directory = new TimelineDirectory(readers);
      const vocabularies = new Vocabularies(readers);
      const points = new Points(readers, new CommitHints(readers), Date.now, directory, vocabularies);
      return await work({ readers, url, points, directory, vocabularies });
    } finally {
      await readers.end();
      await database.stop();
    }
  } catch (error) {
    const reason = isInFolder(error, dataFolder)
      ? `DATELINE_DATA=${dataFolder}: cannot be used (${error.message}); name a folder that may be written to`
      : isExpected(error) && error.message;
    if (reason === false) throw error;
    return tellFailure(reason, json);
  }
}

/** What is not a fault of the program: the libraries' own refusals have a code that says what it is. */
function isExpected(error: unknown): error is Error {
  if (error instanceof DatabaseUnusable || isDatabaseAway(error)) return true;
  return error instanceof Error && 'code' in error && /^[a-z-]+$/.test(String(error.code));
}

/** Whether the system refused something in, or about, the data folder. */
function isInFolder(error: unknown, dataFolder: string): error is NodeJS.ErrnoException {
  return (
    isOfFiles(error) && error.path !== undefined && !path.relative(dataFolder, error.path).startsWith('..')
  );
}
