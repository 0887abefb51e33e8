import { openDatabase, scrub as scrubDatabase } from '#libs/database';
import type { Command, CommandSettings } from './command-settings.js';
import { log } from './log.js';
import { tellFailure } from './tell-failure.js';

/** What no command of ours reaches. */
const operators = [
  'backups, archived write-ahead log, replicas and snapshots that were made before',
  'blocks that the file system has freed, and not yet given to another file',
  'what was exported, or read by others',
];

export const scrub: Command = {
  summary: 'takes what was redacted off the database’s files; locks its tables, one after the other',
  run: scrubFiles,
};

async function scrubFiles({ json, dataFolder, databaseUrl }: CommandSettings): Promise<number> {
  try {
    const database = await openDatabase({ databaseUrl, dataFolder, log });
    const done = await scrubDatabase(database.adminUrl).finally(() => database.stop());
    const whole = done.left.length === 0 && done.segmentsLeft === 0;
    if (json) console.log(JSON.stringify({ ...done, operators }));
    else {
      console.log(`${done.tables} tables written anew`);
      console.log(
        `${done.segments - done.segmentsLeft} of ${done.segments} files of the write-ahead log gone`,
      );
      for (const what of done.left) console.log(`not done: ${what}`);
      console.log(`yours to see to:\n  ${operators.join('\n  ')}`);
    }
    return whole ? 0 : 1;
  } catch (error) {
    return tellFailure((error as Error).message, json);
  }
}
