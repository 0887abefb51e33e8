import { openDatabase } from '#libs/database';
import type { CommandSettings } from './command-settings.js';

/** Brings the database to the schema of this version; every opening of it does. */
export async function migrate({ json, dataFolder, databaseUrl }: CommandSettings): Promise<number> {
  const log = { info: () => undefined, warn: (message: string) => console.error(message) };
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
    const { message } = error as Error;
    console.error(`dateline: ${message}`);
    if (json) console.log(JSON.stringify({ error: message }));
    return 1;
  }
}
