import type { Command } from './command-settings.js';
import { migrate } from './migrate.js';

export const commands: Record<string, Command> = { migrate };

export const usage = `Usage: dateline <command> [--json]

  migrate   brings the database to the schema of this version

The database is that of DATABASE_URL, or the embedded one in DATELINE_DATA (./.dateline).`;
