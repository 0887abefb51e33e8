/** The service under test: the built server in a process of its own, as an operator would run it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDataFolder } from './postgres.js';

export const root = path.resolve(import.meta.dirname, '../../..');
const readyWithin = 60_000;
const settledWithin = 300_000;

export interface Service {
  port: number;
  /** The value of an Authorization header: everything is measured with keys on. */
  authorization: string;
  /** Answers parsed JSON; throws on any status outside 2xx. */
  get<T>(path: string): Promise<T>;
  /** Makes a timeline and gives its path, `/v1/timelines/<slug>`. */
  createTimeline(slug: string): Promise<string>;
  /** Resolves when the log's filters have taken in all that was recorded: they follow the appends. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on a database, with a data folder of its own that is removed at the end. */
export async function startService(databaseUrl: string): Promise<Service> {
  const data = await makeDataFolder();
  const port = await freePort();
  const env = {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    DATELINE_DATA: data,
    DATELINE_SAMPLE: 'off',
    NODE_ENV: 'production',
  };
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=64', '--enable-source-maps', 'dist/bundle/server.js'],
    {
      cwd: root,
      env,
      stdio: ['ignore', 'ignore', 2],
    },
  );
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  try {
    await untilReady(port, () => child.exitCode);
    const key = await readFile(path.join(data, 'admin.key'), 'utf8');
    const authorization = `Bearer ${key}`;
    return { port, authorization, ...speakTo(port, authorization), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function speakTo(port: number, authorization: string): Pick<Service, 'get' | 'createTimeline' | 'settled'> {
  const call = async (method: string, where: string, body?: unknown): Promise<string> => {
    const answer = await fetch(`http://127.0.0.1:${port}${where}`, {
      method,
      headers: { authorization, ...(body !== undefined && { 'Content-Type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${where} answered ${answer.status}: ${text}`);
    return text;
  };
  return {
    get: async <T>(where: string) => JSON.parse(await call('GET', where)) as T,
    settled: async () => {
      const until = performance.now() + settledWithin;
      while (!/^dateline_index_lag_entries 0$/m.test(await call('GET', '/metrics'))) {
        if (performance.now() > until)
          throw new Error(`the log's filters took more than ${settledWithin} ms`);
        await sleep(100);
      }
    },
    createTimeline: async (slug) => {
      await call('POST', '/v1/timelines', {
        slug,
        title: slug,
        timezone: 'America/New_York',
        visibility: 'private',
      });
      return `/v1/timelines/${slug}`;
    },
  };
}

async function untilReady(port: number, exitCode: () => number | null): Promise<void> {
  const until = performance.now() + readyWithin;
  while (performance.now() < until) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    if (exitCode() !== null) throw new Error(`the service ended with ${exitCode()} before it was ready`);
    await sleep(50);
  }
  throw new Error(`the service was not ready within ${readyWithin} ms`);
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
