import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestServer, type TestServer } from '../support/server.js';

/** Documents whose stories are run as they stand, each on a service of its own. */
const documents = await Promise.all(
  ['README.md', 'docs/TIME-MACHINE.md', 'docs/REGISTRY.md'].map(async (name) => {
    const text = await readFile(new URL(`../../${name}`, import.meta.url), 'utf8');
    /** Each command, and what its answer must hold: the line `# →` behind it. */
    const steps = [...text.matchAll(/```sh\n([\s\S]*?)```/g)]
      .flatMap(([, block]) => [...block!.matchAll(/(curl[\s\S]*?)\n# → (.*)\n/g)])
      .map(([, command, answer]) => ({ command: command!, answer: answer! }));
    /** Set once, for all commands after it. */
    const settings = [...text.matchAll(/^\w+=.*$/gm)].map(([line]) => line).join('\n');
    return { name, text, steps, settings };
  }),
);

describe.each(documents)('the story of $name', ({ text, steps, settings }) => {
  let server: TestServer;
  /** Where `npm start` was called. */
  let here: string;
  beforeAll(async () => {
    server = await startTestServer();
    here = await mkdtemp(path.join(os.tmpdir(), 'dateline-document-'));
    await mkdir(path.join(here, '.dateline'));
    await writeFile(path.join(here, '.dateline/admin.key'), server.admin.text);
  });
  afterAll(async () => {
    await server.close();
    await rm(here, { recursive: true });
  });

  it('has commands', () => {
    expect(steps.length).toBeGreaterThan(6);
    expect(text.match(/^curl /gm)).toHaveLength(steps.length);
  });

  it.each(steps)('holds as it stands: $answer', async ({ command, answer }) => {
    const spoken = command.replaceAll('localhost:3000', server.url.replace('http://', ''));
    const { stdout } = await promisify(execFile)('bash', ['-c', `${settings}\n${spoken}`], { cwd: here });
    expect(stdout).toContain(answer);
  });
});
