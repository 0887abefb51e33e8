import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');

/** A program of this repository in a process of its own, from its sources. */
export interface Process {
  child: ChildProcess;
  /** All it has printed. */
  said: () => string;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
}

export function run(main: string, args: string[], env: NodeJS.ProcessEnv): Process {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--import', './scripts/typescript.mjs', main, ...args],
    { cwd: root, env: { ...process.env, DATELINE_TEST_CLUSTER: undefined, DATABASE_URL: '', ...env } },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, said: () => said, ended };
}

/** The service, on a free port unless told another. */
export const runServer = (env: NodeJS.ProcessEnv) =>
  run('apps/server/src/main.ts', [], { PORT: '0', ...env });

/** The service's address, once it says that it answers. */
export async function addressOf({ said, ended }: Process): Promise<string> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    const address = /answers at (http:\S+)\/\n/.exec(said())?.[1];
    if (address) return address;
    if (over) throw new Error(`it ended: ${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
