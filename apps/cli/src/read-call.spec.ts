import { describe, expect, it } from '@jest/globals';
import { type Command, UsageError } from './command-settings.js';
import { commandsMeant, readCall, usageOf } from './read-call.js';

const done = () => Promise.resolve(0);
const commands: Record<string, Command> = {
  tidy: { summary: 'tidies', run: done },
  'keys create': {
    summary: 'makes one',
    options: { role: { takes: 'R', required: true }, timeline: { takes: 'T', repeated: true }, dry: {} },
    run: done,
  },
  move: { summary: 'moves', positionals: ['T', '[FILE]'], run: done },
};
const read = (line: string) => readCall(line.split(' ').filter(Boolean), commands);

describe('what a command is called with', () => {
  it('is found by one word or by two, with --json anywhere', () => {
    expect(read('tidy')).toMatchObject({ command: commands['tidy'], json: false });
    expect(read('--json tidy').json).toBe(true);
    expect(read('keys create --role admin --json')).toMatchObject({
      command: commands['keys create'],
      json: true,
    });
  });

  it('is what the command declares', () => {
    const { called } = read('keys create --role admin --timeline a --timeline=b --dry');
    expect([called.text('role'), called.texts('timeline'), called.flag('dry')]).toEqual([
      'admin',
      ['a', 'b'],
      true,
    ]);
    expect(read('keys create --role admin').called.texts('timeline')).toEqual([]);
    expect(read('move story file').called.positionals).toEqual(['story', 'file']);
    expect(read('move story').called.positionals).toEqual(['story']);
  });

  it.each([
    ['', 'which command?'],
    ['--dry', 'which command?'],
    ['fly', 'there is no command fly'],
    ['toString', 'there is no command toString'],
    ['keys', 'keys goes on: keys create'],
    ['tidy now', 'tidy takes no now'],
    ['tidy --dry', "Unknown option '--dry'"],
    ['keys create', 'keys create needs --role'],
    ['keys create --role', 'argument missing'],
    ['keys create --role a --role b', '--role is given more than once'],
    ['keys create --role a --dry=1', 'does not take an argument'],
    ['move', 'move needs T'],
    ['move a b c', 'move takes no c'],
  ])('is refused with the reason: dateline %s', (line, reason) => {
    expect(() => read(line)).toThrow(UsageError);
    expect(() => read(line)).toThrow(reason);
  });

  it('is told in the usage', () => {
    expect(usageOf(commands)).toContain('  keys create --role R [--timeline T]… [--dry]\n      makes one');
    expect(usageOf(commands)).toContain('  move T [FILE]\n');
  });

  it.each([
    ['keys create --role', ['keys create']],
    ['--json move --help', ['move']],
    ['move it', ['move']],
    ['keys --help', ['keys create', 'keys list']],
    ['key', ['tidy', 'keys create', 'keys list', 'move']],
    ['--help', ['tidy', 'keys create', 'keys list', 'move']],
  ])('of %j is that of what is meant', (line, names) => {
    const all = { ...commands, 'keys list': { summary: 'lists them', run: done } };
    const meant = Object.keys(commandsMeant(line.split(' '), all));
    expect(meant.sort()).toEqual(names.sort());
  });
});
