import { openDatabase } from '#libs/database';
import type { Command, CommandSettings } from './command-settings.js';
import { log } from './log.js';
import { tellFailure } from './tell-failure.js';

/** Every opening of the database migrates it; this says what was done. */
export const migrate: Command = {
  summary: 'brings the database to the schema of this version',
  run: migrateDatabase,
};

async function migrateDatabase({ json, dataFolder, databaseUrl }: CommandSettings): Promise<number> {
  try {
    const database = await openDatabase({ databaseUrl, dataFolder, log });
    await database.stop();
    const { migrated } = database;
    if (json) console.log(JSON.stringify({ migrated }));
    else
      console.log(
        migrated.length === 0 ? 'nothing to migrate' : migrated.map((name) => `ran ${name}`).join('\n'),
      );
    return 0;
  } catch (error) {
    return tellFailure((error as Error).message, json);
  }
}
