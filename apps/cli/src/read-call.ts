import { parseArgs, type ParseArgsConfig } from 'node:util';
import { Called, type Command, type Option, UsageError } from './command-settings.js';

/** A command, and what it is called with. */
export interface Call {
  command: Command;
  called: Called;
  json: boolean;
}

/**
 * Reads what stands behind `dateline`. The command's words come first, but for `--json`, which every command takes
 * anywhere.
 * @throws UsageError
 */
export function readCall(args: string[], commands: Record<string, Command>): Call {
  const rest = args.filter((arg) => arg !== '--json');
  const words = wordsOf(rest);
  if (words.length === 0) throw new UsageError('which command?');
  const name = nameOf(words, commands);
  if (name === undefined) throw new UsageError(unknownCommand(words, Object.keys(commands)));
  const command = commands[name]!;
  const called = readArguments(name, command, rest.slice(name.split(' ').length));
  return { command, called, json: rest.length < args.length };
}

/** The command that the words name, or those that they begin, as `keys` does; all where there is none such. */
export function commandsMeant(args: string[], commands: Record<string, Command>): Record<string, Command> {
  const words = wordsOf(args.filter((arg) => arg !== '--json'));
  const name = nameOf(words, commands);
  if (name !== undefined) return { [name]: commands[name]! };
  const begun = Object.entries(commands).filter(([each]) => each.startsWith(`${words[0]} `));
  return begun.length === 0 ? commands : Object.fromEntries(begun);
}

/** The words that may name a command. */
function wordsOf(args: string[]): string[] {
  return args.slice(0, 2).filter((word) => !word.startsWith('-'));
}

/** A command's name is two words, or one. */
function nameOf(words: string[], commands: Record<string, Command>): string | undefined {
  return [words.join(' '), words[0] ?? ''].find((name) => Object.hasOwn(commands, name));
}

function unknownCommand(words: string[], known: string[]): string {
  const more = known.filter((name) => name.startsWith(`${words[0]} `));
  return more.length === 0 ? `there is no command ${words[0]}` : `${words[0]} goes on: ${more.join(', ')}`;
}

function readArguments(name: string, { positionals = [], options = {} }: Command, args: string[]): Called {
  const read = parse(args, options);
  const required = positionals.filter((each) => !each.startsWith('['));
  const missing = required[read.positionals.length];
  if (missing !== undefined) throw new UsageError(`${name} needs ${missing}`);
  const surplus = read.positionals[positionals.length];
  if (surplus !== undefined) throw new UsageError(`${name} takes no ${surplus}`);
  for (const [option, { required: must }] of Object.entries(options)) {
    if (must && read.values[option] === undefined) throw new UsageError(`${name} needs --${option}`);
  }
  return new Called(read.positionals, read.values);
}

function parse(args: string[], declared: Record<string, Option>) {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [option, { takes, repeated }] of Object.entries(declared)) {
    options[option] = { type: takes === undefined ? 'boolean' : 'string', multiple: repeated ?? false };
  }
  let read;
  try {
    read = parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  // parseArgs would take the last of several.
  const given = new Set<string>();
  for (const token of read.tokens) {
    if (token.kind !== 'option' || declared[token.name]?.repeated) continue;
    if (given.has(token.name)) throw new UsageError(`--${token.name} is given more than once`);
    given.add(token.name);
  }
  return read;
}

/** How each command is called, a line each. */
export function usageOf(commands: Record<string, Command>): string {
  const calls = Object.entries(commands).map(([name, { summary, positionals = [], options = {} }]) => {
    const takes = Object.entries(options).map(([option, each]) => optionUsage(option, each));
    return [[name, ...positionals, ...takes].join(' '), summary] as const;
  });
  const lines = calls.map(([call, summary]) => `  ${call}\n      ${summary}`);
  return `Usage: dateline <command> [--json]

${lines.join('\n')}

The database is that of DATABASE_URL, or the embedded one in DATELINE_DATA (./.dateline).`;
}

function optionUsage(option: string, { takes, required, repeated }: Option): string {
  const call = takes === undefined ? `--${option}` : `--${option} ${takes}`;
  return `${required ? call : `[${call}]`}${repeated ? '…' : ''}`;
}
