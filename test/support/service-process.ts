import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import request from 'supertest';

const root = path.resolve(import.meta.dirname, '../..');

/** What this repository builds to be run: `dist/bundle/<name>.js`, as npm's own scripts start it. */
export type Program = 'server' | 'dateline';

/** A program in a process of its own. */
export interface Process {
  child: ChildProcess;
  /** All it has printed. */
  said: () => string;
  /** Its exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** @param stdout a file to print to, in place of what `said` has */
export function run(program: Program, args: string[], env: NodeJS.ProcessEnv, stdout?: number): Process {
  const main = path.join('dist/bundle', `${program}.js`);
  const child = spawn(process.execPath, ['--enable-source-maps', main, ...args], {
    cwd: root,
    env: { ...process.env, DATELINE_TEST_CLUSTER: undefined, DATABASE_URL: '', ...env },
    stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk) => (said += chunk));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, said: () => said, ended };
}

/** The service, on a free port unless told another. */
export const runServer = (env: NodeJS.ProcessEnv) => run('server', [], { PORT: '0', ...env });

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

/** The service in a process of its own, asked with the admin key that it made. */
export interface Service {
  address: string;
  http: ReturnType<typeof request.agent>;
  /** All it has printed. */
  said: () => string;
  /** Ends it as an operator does; rejects where it does not end well. */
  stop(): Promise<void>;
}

/** Starts the service on a data folder; `env` may name a database. */
export async function startService(data: string, env: NodeJS.ProcessEnv = {}): Promise<Service> {
  const service = runServer({ DATELINE_DATA: data, DATELINE_SAMPLE: 'off', ...env });
  const address = await addressOf(service);
  const key = await readFile(path.join(data, 'admin.key'), 'utf8');
  const http = request.agent(address).set('authorization', `Bearer ${key}`);
  const stop = async () => {
    service.child.kill('SIGTERM');
    const code = await service.ended;
    if (code !== 0) throw new Error(`it ended with ${code}: ${service.said()}`);
  };
  return { address, http, said: service.said, stop };
}
