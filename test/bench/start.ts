/** How long a user waits for the first answer after `npm start`, built, on an embedded database that exists. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { median, rowOf } from './measure.js';
import type { Options } from './options.js';
import type { Outcome } from './report.js';
import { atMost } from './report.js';
import { makeDataFolder } from './postgres.js';
import { freePort, root } from './service.js';

export async function start(options: Options): Promise<Outcome> {
  const data = await makeDataFolder();
  try {
    const first = await startOnce(data);
    const samples: number[] = [];
    for (let round = 0; round < options.repeats; round++) samples.push(await startOnce(data));
    const rows = [
      rowOf('first start, no data yet', 'ms', [first]),
      rowOf('npm start to the first answer, existing data', 'ms', samples),
    ];
    return { rows, bars: [atMost('first answer after npm start, ms', 2000, median(samples))], notes: {} };
  } finally {
    await rm(data, { recursive: true, force: true });
  }
}

/** Milliseconds from `npm start` to the first list of timelines; the service is stopped again. */
async function startOnce(data: string): Promise<number> {
  const port = await freePort();
  const { DATABASE_URL: _not, ...inherited } = process.env;
  const env = {
    ...inherited,
    PORT: String(port),
    DATELINE_DATA: path.join(data, 'data'),
    NODE_ENV: 'production',
  };
  const began = performance.now();
  const child = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'ignore', 2] });
  const ended = once(child, 'exit');
  try {
    while (performance.now() - began < 60_000) {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/timelines`).catch(() => null);
      if (answer?.ok) return performance.now() - began;
      if (child.exitCode !== null) throw new Error(`npm start ended with ${child.exitCode}`);
      await sleep(10);
    }
    throw new Error('no answer within a minute');
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
