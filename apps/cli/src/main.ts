/** The `dateline` command. Exit codes: 0 fine, 1 it failed, 2 wrong usage. */
import path from 'node:path';
import process from 'node:process';
import { UsageError } from './command-settings.js';
import { commands } from './commands.js';
import { commandsMeant, readCall, usageOf } from './read-call.js';

// Told at the end, in words: of a key that was made, or a list, nobody else knows that it is not whole.
let unwritten: Error | undefined;
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Who reads may leave, as `head` does.
  if (error.code !== 'EPIPE') unwritten = error;
});
process.on('exit', () => {
  if (unwritten === undefined) return;
  console.error(`dateline: not all that it printed is written: ${unwritten.message}`);
  process.exitCode = 1;
});
process.exitCode = await run(process.argv.slice(2));

async function run(args: string[]): Promise<number> {
  if (args.includes('--help') || args.includes('-h')) {
    console.log(usageOf(commandsMeant(args, commands)));
    return 0;
  }
  try {
    const { command, called, json } = readCall(args, commands);
    const dataFolder = path.resolve(process.env['DATELINE_DATA']?.trim() || './.dateline');
    const databaseUrl = process.env['DATABASE_URL']?.trim() || undefined;
    return await command.run({ json, dataFolder, databaseUrl }, called);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`dateline: ${error.message}\n\n${usageOf(commandsMeant(args, commands))}`);
    if (args.includes('--json')) console.log(JSON.stringify({ error: error.message }));
    return 2;
  }
}
