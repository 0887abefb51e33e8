/** The `dateline` command. Exit codes: 0 fine, 1 it failed, 2 wrong usage. */
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { commands, usage } from './commands.js';

process.exitCode = await run(process.argv.slice(2));

async function run(args: string[]): Promise<number> {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
  } catch (error) {
    return misused((error as Error).message);
  }
  const { positionals, values } = parsed;
  const [name, ...rest] = positionals;
  if (name === undefined) return misused('which command?');
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) return misused(`there is no command ${name}`);
  if (rest.length > 0) return misused(`${name} takes no ${rest[0]}`);
  return command({
    json: values.json,
    dataFolder: path.resolve(process.env['DATELINE_DATA']?.trim() || './.dateline'),
    databaseUrl: process.env['DATABASE_URL']?.trim() || undefined,
  });
}

function misused(what: string): number {
  console.error(`dateline: ${what}\n\n${usage}`);
  return 2;
}
