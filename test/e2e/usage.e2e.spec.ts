import { existsSync, openSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Program, run } from '../support/service-process.js';

/** What a program prints, told apart. */
async function told(program: Program, ...args: string[]) {
  const { child, ended } = run(program, args, {});
  const [said, complained] = [[] as string[], [] as string[]];
  child.stdout!.on('data', (chunk: string) => said.push(chunk));
  child.stderr!.on('data', (chunk: string) => complained.push(chunk));
  const code = await ended;
  return { code, said: said.join(''), complained: complained.join('') };
}
const dateline = (...args: string[]) => told('dateline', ...args);

describe('the service', () => {
  it.each([['--port', '3'], ['--help']])(
    'takes no argument, such as %s, and says where settings come from',
    async (...args) => {
      const { code, said, complained } = await told('server', ...args);
      expect([code, said]).toEqual([2, '']);
      expect(complained).toContain('docs/SETTINGS.md');
      expect(complained).not.toMatch(/^\s+at /m);
    },
  );
});

describe('the dateline command', () => {
  it.each([
    [['--help']],
    [['-h']],
    [['keys', 'create', '--help']],
    [['migrate', '-h']],
    [['keys', '--help']],
  ])('tells how it is used, and does nothing, when asked by %j', async (args) => {
    expect(await dateline(...args)).toEqual({
      code: 0,
      said: expect.stringContaining('Usage: dateline <command>'),
      complained: '',
    });
  });

  (existsSync('/dev/full') ? it : it.skip)('fails where what it prints finds no room', async () => {
    const { child, ended } = run('dateline', ['--help'], {}, openSync('/dev/full', 'w'));
    let complained = '';
    child.stderr!.on('data', (chunk: string) => (complained += chunk));
    expect(await ended).toBe(1);
    expect(complained).toMatch(/^dateline: not all that it printed is written: ENOSPC.*\n$/);
  });

  it('tells a program too what was wrong with its call', async () => {
    const { code, said, complained } = await dateline('keys', 'create', '--json');
    expect([code, JSON.parse(said)]).toEqual([2, { error: 'keys create needs --role' }]);
    expect(complained).toContain('Usage: dateline <command>');
  });

  it.each([
    ['--as-of', 'x'],
    ['--known-at', 'x'],
    ['--known-at', '-1'],
  ])('refuses %s %s as wrong usage, before it opens anything', async (option, value) => {
    const { code, complained } = await dateline('replay', 'story', `${option}=${value}`);
    expect(code).toBe(2);
    expect(complained).toContain(`dateline: ${option} takes`);
  });
});
