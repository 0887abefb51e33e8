import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');

/** Each command of the story, and what its answer must hold: the line `# →` behind it. */
const steps = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block]) => [...block!.matchAll(/(curl[\s\S]*?)\n# → (.*)\n/g)])
  .map(([, command, answer]) => ({ command: command!, answer: answer! }));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe("the README's story", () => {
  it('has commands', () => {
    expect(steps.length).toBeGreaterThan(6);
    expect(readme.match(/^curl /gm)).toHaveLength(steps.length);
  });

  it.each(steps)('holds as it stands: $answer', async ({ command, answer }) => {
    const here = command.replaceAll('localhost:3000', server.url.replace('http://', ''));
    const { stdout } = await promisify(execFile)('bash', ['-c', here]);
    expect(stdout).toContain(answer);
  });
});
